namespace Bundler.Signing.Pkcs11;

/// <summary>A PKCS#11 function that did not return CKR_OK.</summary>
internal sealed class Pkcs11Exception(string function, Pkcs11Result result) : Exception($"{function} returned 0x{(ulong)result:x} ({result})")
{
    public Pkcs11Result Result { get; } = result;

    /// <summary>What that means for a signer.</summary>
    public SignerFault Fault => Result switch
    {
        Pkcs11Result.PinIncorrect or Pkcs11Result.PinInvalid or Pkcs11Result.PinLenRange or Pkcs11Result.PinExpired or Pkcs11Result.PinLocked
            => SignerFault.AccessDenied,
        Pkcs11Result.DeviceRemoved or Pkcs11Result.TokenNotPresent or Pkcs11Result.TokenNotRecognized or Pkcs11Result.SessionClosed
            or Pkcs11Result.SessionHandleInvalid or Pkcs11Result.UserNotLoggedIn or Pkcs11Result.KeyHandleInvalid
            => SignerFault.Unreachable,
        Pkcs11Result.SessionCount => SignerFault.Throttled,
        Pkcs11Result.KeyFunctionNotPermitted => SignerFault.KeyDisabled,
        Pkcs11Result.KeyTypeInconsistent or Pkcs11Result.MechanismInvalid => SignerFault.WrongKey,
        Pkcs11Result.HostMemory or Pkcs11Result.GeneralError or Pkcs11Result.FunctionFailed or Pkcs11Result.DeviceError
            or Pkcs11Result.DeviceMemory
            => SignerFault.ServiceFaulted,
        _ => SignerFault.RequestRefused,
    };
}
