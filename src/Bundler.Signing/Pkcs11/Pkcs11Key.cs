using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.KeyServices;

namespace Bundler.Signing.Pkcs11;

/// <summary>
/// A secp256k1 key inside a PKCS#11 token (an HSM, or SoftHSM): CKM_ECDSA over the digest. One session signs one digest at a time; when it is
/// lost, the next attempt opens another.
/// </summary>
public sealed class Pkcs11Key : IKeyService, IDisposable
{
    private readonly Pkcs11KeyName _name;
    private readonly SecretBytes _pin;
    private readonly SemaphoreSlim _turn = new(1);
    private Session? _session;
    private SignerUnavailableException? _refusedPin;
    private volatile bool _disposed;

    /// <summary>Takes the PIN over and clears it with itself.</summary>
    public Pkcs11Key(Pkcs11KeyName name, SecretBytes pin)
    {
        _name = name;
        _pin = pin;
        Name = name.ToString();
    }

    public string Name { get; }

    public Task<Address> ReadAddressAsync(CancellationToken cancellationToken) => InTurnAsync(
        session =>
        {
            IReadOnlyList<nuint> keys = session.Module.FindObjects(session.Handle, _name.Template(Pkcs11Attribute.IsPublicKey));
            byte[] point = session.Module.ReadAttribute(session.Handle, TheOne(keys, "public"), Pkcs11Attribute.EcPoint);
            return SubjectPublicKey.AddressOfEcPoint(point);
        },
        cancellationToken);

    public Task<RawSignature> SignAsync(Hash32 digest, CancellationToken cancellationToken) => InTurnAsync(
        session => RawSignature.FromConcatenation(session.Module.SignEcdsa(session.Handle, session.Key, digest.Span)),
        cancellationToken);

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            CloseSession();
            _pin.Dispose();
            _turn.Dispose();
        }
    }

    private async Task<T> InTurnAsync<T>(Func<Session, T> use, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);

        // The module blocks its thread, for ever when an HSM hangs: the caller's deadline holds all the same, and the turn is
        // given back by the thread that has it.
        Task<T> work = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return Use(use);
                }
                finally
                {
                    _turn.Release();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
        return await work.WaitAsync(cancellationToken);
    }

    private T Use<T>(Func<Session, T> use)
    {
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _session ??= OpenSession();
            return use(_session);
        }
        catch (Pkcs11Exception refusal)
        {
            CloseSession();
            throw new SignerUnavailableException(refusal.Fault, Name, refusal.Message, refusal);
        }
        catch (NativeLibraryMissingException missing)
        {
            throw new SignerUnavailableException(SignerFault.RequestRefused, Name, missing.Message, missing);
        }
        catch (CodecException malformed)
        {
            throw new SignerUnavailableException(SignerFault.AnswerCorrupted, Name, malformed.Message, malformed);
        }
    }

    private Session OpenSession()
    {
        Pkcs11Module module = Pkcs11Module.Load(_name.ModulePath);
        nuint slot = module.FindSlot(_name.TokenLabel)
            ?? throw new SignerUnavailableException(SignerFault.Unreachable, Name, "no slot has a token with this label");
        nuint handle = module.OpenSession(slot);
        Session? session = null;
        try
        {
            Login(module, handle);
            return session = new Session(module, handle, TheOne(module.FindObjects(handle, _name.Template(Pkcs11Attribute.IsPrivateKey)), "private"));
        }
        finally
        {
            if (session is null)
            {
                module.CloseSession(handle);
            }
        }
    }

    // A token locks itself after a few wrong PINs: a refused one is never tried a second time.
    private void Login(Pkcs11Module module, nuint handle)
    {
        if (_refusedPin is { } refused)
        {
            throw refused;
        }

        try
        {
            module.Login(handle, _pin.Span);
        }
        catch (Pkcs11Exception refusal) when (refusal.Fault == SignerFault.AccessDenied)
        {
            _refusedPin = new SignerUnavailableException(
                SignerFault.AccessDenied, Name, $"the token refused the PIN ({refusal.Result}); it is not tried again until the node restarts", refusal);
            throw _refusedPin;
        }
    }

    private void CloseSession()
    {
        _session?.Module.CloseSession(_session.Handle);
        _session = null;
    }

    private nuint TheOne(IReadOnlyList<nuint> keys, string half) => keys.Count switch
    {
        1 => keys[0],
        0 => throw new SignerUnavailableException(SignerFault.KeyNotFound, Name, $"the token has no such EC {half} key"),
        _ => throw new SignerUnavailableException(SignerFault.KeyNotFound, Name, $"the token has several such EC {half} keys: name one by label and id"),
    };

    /// <summary>An open session that is logged in, and the handle of the private key in it.</summary>
    private sealed record Session(Pkcs11Module Module, nuint Handle, nuint Key);
}
