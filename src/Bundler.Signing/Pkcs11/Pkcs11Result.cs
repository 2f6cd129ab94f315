namespace Bundler.Signing.Pkcs11;

/// <summary>The return values of PKCS#11 that are told apart here (CK_RV, PKCS#11 v2.40).</summary>
internal enum Pkcs11Result : ulong
{
    Ok = 0x000,
    HostMemory = 0x002,
    GeneralError = 0x005,
    FunctionFailed = 0x006,
    DeviceError = 0x030,
    DeviceMemory = 0x031,
    DeviceRemoved = 0x032,
    KeyHandleInvalid = 0x060,
    KeyTypeInconsistent = 0x063,
    KeyFunctionNotPermitted = 0x068,
    MechanismInvalid = 0x070,
    PinIncorrect = 0x0A0,
    PinInvalid = 0x0A1,
    PinLenRange = 0x0A2,
    PinExpired = 0x0A3,
    PinLocked = 0x0A4,
    SessionClosed = 0x0B0,
    SessionCount = 0x0B1,
    SessionHandleInvalid = 0x0B3,
    TokenNotPresent = 0x0E0,
    TokenNotRecognized = 0x0E1,
    UserAlreadyLoggedIn = 0x100,
    UserNotLoggedIn = 0x101,
    CryptokiAlreadyInitialized = 0x191,
}
