namespace Bundler.Node.Health;

/// <summary>When the Ethereum node spoke last, and what kept it from it since.</summary>
internal sealed class NodeContact
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _lastAnswerAt;
    private string? _lastFault;

    public DateTimeOffset? LastAnswerAt
    {
        get
        {
            lock (_lock)
            {
                return _lastAnswerAt;
            }
        }
    }

    /// <summary>Null after an answer.</summary>
    public string? LastFault
    {
        get
        {
            lock (_lock)
            {
                return _lastFault;
            }
        }
    }

    public void Answered(DateTimeOffset at)
    {
        lock (_lock)
        {
            _lastAnswerAt = at;
            _lastFault = null;
        }
    }

    public void Failed(string fault)
    {
        lock (_lock)
        {
            _lastFault = fault;
        }
    }
}
