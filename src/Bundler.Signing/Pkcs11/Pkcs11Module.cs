using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Bundler.Ethereum.Crypto;

namespace Bundler.Signing.Pkcs11;

/// <summary>
/// A PKCS#11 module (a vendor's shared library) and the functions of it that signing needs, by its table of pointers. Loaded and initialised
/// once in a process and never finalised: other users of the same library would be cut off. Linux on 64 bits (CK_ULONG is 8 bytes, no packing).
/// </summary>
internal sealed unsafe class Pkcs11Module
{
    // Places in CK_FUNCTION_LIST (v2.40), which starts with a version that takes the space of one pointer.
    private const int Initialize = 0;
    private const int GetSlotList = 4;
    private const int GetTokenInfo = 6;
    private const int OpenSessionFunction = 12;
    private const int CloseSessionFunction = 13;
    private const int LoginFunction = 18;
    private const int GetAttributeValue = 24;
    private const int FindObjectsInit = 26;
    private const int FindObjectsFunction = 27;
    private const int FindObjectsFinal = 28;
    private const int SignInit = 42;
    private const int SignFunction = 43;

    private const nuint OsLockingOk = 2;
    private const nuint SerialSession = 4;
    private const nuint UserPin = 1;
    private const int LabelSize = 32;
    private const int TokenInfoSize = 256; // more than CK_TOKEN_INFO has

    private static readonly ConcurrentDictionary<string, Lazy<Pkcs11Module>> Loaded = new(StringComparer.Ordinal);

    private readonly nint* _functions;

    private Pkcs11Module(string path)
    {
        if (!NativeLibrary.TryLoad(path, out nint library))
        {
            throw new NativeLibraryMissingException($"The PKCS#11 module {path} is missing or cannot be loaded.");
        }

        if (!NativeLibrary.TryGetExport(library, "C_GetFunctionList", out nint getFunctionList))
        {
            throw new NativeLibraryMissingException($"The library {path} is not a PKCS#11 module: it has no C_GetFunctionList.");
        }

        nint* list;
        Check("C_GetFunctionList", ((delegate* unmanaged[Cdecl]<nint**, nuint>)getFunctionList)(&list));
        _functions = list + 1;

        InitializeArguments arguments = new() { Flags = OsLockingOk };
        nuint result = ((delegate* unmanaged[Cdecl]<InitializeArguments*, nuint>)_functions[Initialize])(&arguments);
        if ((Pkcs11Result)result != Pkcs11Result.CryptokiAlreadyInitialized)
        {
            Check("C_Initialize", result);
        }
    }

    /// <exception cref="NativeLibraryMissingException">There is no such module.</exception>
    /// <exception cref="Pkcs11Exception">The module does not start.</exception>
    public static Pkcs11Module Load(string path) =>
        Loaded.GetOrAdd(path, static key => new Lazy<Pkcs11Module>(() => new Pkcs11Module(key))).Value;

    /// <summary>The slot whose token has the label, or null.</summary>
    public nuint? FindSlot(string tokenLabel)
    {
        var getSlotList = (delegate* unmanaged[Cdecl]<byte, nuint*, nuint*, nuint>)_functions[GetSlotList];
        var getTokenInfo = (delegate* unmanaged[Cdecl]<nuint, byte*, nuint>)_functions[GetTokenInfo];
        nuint count;
        Check("C_GetSlotList", getSlotList(1, null, &count));
        nuint[] slots = new nuint[count];
        fixed (nuint* first = slots)
        {
            Check("C_GetSlotList", getSlotList(1, first, &count));
        }

        Span<byte> info = stackalloc byte[TokenInfoSize];
        foreach (nuint slot in slots.AsSpan(0, (int)count))
        {
            fixed (byte* start = info)
            {
                if ((Pkcs11Result)getTokenInfo(slot, start) == Pkcs11Result.Ok
                    && System.Text.Encoding.UTF8.GetString(info[..LabelSize]).TrimEnd(' ') == tokenLabel)
                {
                    return slot;
                }
            }
        }

        return null;
    }

    public nuint OpenSession(nuint slot)
    {
        nuint session;
        Check(
            "C_OpenSession",
            ((delegate* unmanaged[Cdecl]<nuint, nuint, nint, nint, nuint*, nuint>)_functions[OpenSessionFunction])(slot, SerialSession, 0, 0, &session));
        return session;
    }

    /// <summary>Says nothing about a session that is gone already.</summary>
    public void CloseSession(nuint session) => ((delegate* unmanaged[Cdecl]<nuint, nuint>)_functions[CloseSessionFunction])(session);

    /// <summary>Logs the whole process in to the token, as PKCS#11 has it; being logged in already is as good.</summary>
    public void Login(nuint session, ReadOnlySpan<byte> pin)
    {
        fixed (byte* start = pin)
        {
            nuint result = ((delegate* unmanaged[Cdecl]<nuint, nuint, byte*, nuint, nuint>)_functions[LoginFunction])(
                session, UserPin, start, (nuint)pin.Length);
            if ((Pkcs11Result)result != Pkcs11Result.UserAlreadyLoggedIn)
            {
                Check("C_Login", result);
            }
        }
    }

    /// <summary>At most two objects that match all attributes: enough to tell none, one, and several apart.</summary>
    public IReadOnlyList<nuint> FindObjects(nuint session, params ReadOnlySpan<Pkcs11Attribute> template)
    {
        RawAttribute* raw = stackalloc RawAttribute[template.Length];
        GCHandle[] pins = new GCHandle[template.Length];
        try
        {
            for (int i = 0; i < template.Length; i++)
            {
                pins[i] = GCHandle.Alloc(template[i].Value, GCHandleType.Pinned);
                raw[i] = new RawAttribute(template[i].Type, (byte*)pins[i].AddrOfPinnedObject(), (nuint)template[i].Value.Length);
            }

            Check(
                "C_FindObjectsInit",
                ((delegate* unmanaged[Cdecl]<nuint, RawAttribute*, nuint, nuint>)_functions[FindObjectsInit])(session, raw, (nuint)template.Length));
        }
        finally
        {
            foreach (GCHandle pin in pins)
            {
                pin.Free();
            }
        }

        nuint* found = stackalloc nuint[2];
        nuint count;
        nuint result = ((delegate* unmanaged[Cdecl]<nuint, nuint*, nuint, nuint*, nuint>)_functions[FindObjectsFunction])(session, found, 2, &count);
        Check("C_FindObjectsFinal", ((delegate* unmanaged[Cdecl]<nuint, nuint>)_functions[FindObjectsFinal])(session));
        Check("C_FindObjects", result);
        return new ReadOnlySpan<nuint>(found, (int)count).ToArray();
    }

    /// <summary>The value of one attribute of an object.</summary>
    public byte[] ReadAttribute(nuint session, nuint handle, nuint type)
    {
        var getAttributeValue = (delegate* unmanaged[Cdecl]<nuint, nuint, RawAttribute*, nuint, nuint>)_functions[GetAttributeValue];
        RawAttribute attribute = new(type, null, 0);
        Check("C_GetAttributeValue", getAttributeValue(session, handle, &attribute, 1));
        byte[] value = new byte[attribute.Length];
        fixed (byte* start = value)
        {
            attribute = new RawAttribute(type, start, (nuint)value.Length);
            Check("C_GetAttributeValue", getAttributeValue(session, handle, &attribute, 1));
        }

        return value[..(int)attribute.Length];
    }

    /// <summary>CKM_ECDSA over a digest as it stands: r ‖ s.</summary>
    public byte[] SignEcdsa(nuint session, nuint key, ReadOnlySpan<byte> digest)
    {
        Mechanism mechanism = new() { Type = Pkcs11Attribute.MechanismEcdsa };
        Check("C_SignInit", ((delegate* unmanaged[Cdecl]<nuint, Mechanism*, nuint, nuint>)_functions[SignInit])(session, &mechanism, key));
        byte[] signature = new byte[64];
        nuint length = (nuint)signature.Length;
        fixed (byte* input = digest)
        fixed (byte* output = signature)
        {
            Check(
                "C_Sign",
                ((delegate* unmanaged[Cdecl]<nuint, byte*, nuint, byte*, nuint*, nuint>)_functions[SignFunction])(
                    session, input, (nuint)digest.Length, output, &length));
        }

        return signature[..(int)length];
    }

    private static void Check(string function, nuint result)
    {
        if ((Pkcs11Result)result != Pkcs11Result.Ok)
        {
            throw new Pkcs11Exception(function, (Pkcs11Result)result);
        }
    }

    /// <summary>CK_C_INITIALIZE_ARGS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct InitializeArguments
    {
        public nint CreateMutex;
        public nint DestroyMutex;
        public nint LockMutex;
        public nint UnlockMutex;
        public nuint Flags;
        public nint Reserved;
    }

    /// <summary>CK_ATTRIBUTE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RawAttribute(nuint type, byte* value, nuint length)
    {
        public nuint Type = type;
        public byte* Value = value;
        public nuint Length = length;
    }

    /// <summary>CK_MECHANISM.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Mechanism
    {
        public nuint Type;
        public nint Parameter;
        public nuint ParameterLength;
    }
}
