namespace Bundler.Engine.Admission;

/// <summary>The turns of one client: those it has, those it waits for, and for how long it had some lately. Guarded by the queue's lock.</summary>
internal sealed class TurnAccount
{
    private const double HalfLifeSeconds = 10;

    private double _spent;
    private double _spentAt;
    private double _sumOfStarts;

    public int Running { get; private set; }

    public int Waiting { get; set; }

    public bool IsIdle => Running == 0 && Waiting == 0;

    /// <summary>Seconds, of which half is forgotten in each half-life; what runs counts as well.</summary>
    public double SpentBy(double now) => Remembered(now) + (Running * now) - _sumOfStarts;

    public void Start(double now)
    {
        Running++;
        _sumOfStarts += now;
    }

    public void End(double startedAt, double now)
    {
        Running--;

        // Exactly zero with nothing running, so that no rounding is left over.
        _sumOfStarts = Running == 0 ? 0 : _sumOfStarts - startedAt;
        _spent = Remembered(now) + now - startedAt;
        _spentAt = now;
    }

    private double Remembered(double now) => _spent == 0 ? 0 : _spent * double.Exp2((_spentAt - now) / HalfLifeSeconds);
}
