using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>The answer to one call of an <see cref="EthBatch"/>, readable once the batch is sent.</summary>
public sealed class Pending<T> : IPending
{
    private readonly EthCall<T> _call;
    private JsonRpcResponse? _response;
    private T? _value;
    private bool _isRead;

    internal Pending(EthCall<T> call) => _call = call;

    /// <summary>Whether the node answered an error.</summary>
    public bool Failed => Error is not null;

    /// <summary>The node's error; null when it gave a result.</summary>
    public JsonRpcError? Error => Response.Error;

    /// <summary>What the call reverted with, possibly nothing; null when it did not revert.</summary>
    public Bytes? RevertData => Error is { } error ? CallRevert.DataOf(error) : null;

    /// <exception cref="CallRevertedException">The call reverted.</exception>
    /// <exception cref="JsonRpcException">The node answered another error.</exception>
    /// <exception cref="CodecException">The result is malformed.</exception>
    public T Value
    {
        get
        {
            if (!_isRead)
            {
                _value = Error is { } error ? throw CallRevert.ToException(error) : _call.ReadResult(Response.Result);
                _isRead = true;
            }

            return _value!;
        }
    }

    JsonRpcRequest IPending.Request => _call.Request;

    private JsonRpcResponse Response => _response ?? throw new InvalidOperationException("the batch has not been sent");

    void IPending.Complete(JsonRpcResponse response) => _response = response;
}
