using System.Runtime.InteropServices;
using System.Text;

namespace Bundler.Signing.Pkcs11;

/// <summary>One attribute of a PKCS#11 object, and the numbers of those that are used here (v2.40).</summary>
internal readonly record struct Pkcs11Attribute(nuint Type, byte[] Value)
{
    public const nuint Class = 0x000;
    public const nuint Label = 0x003;
    public const nuint KeyType = 0x100;
    public const nuint Id = 0x102;
    public const nuint EcPoint = 0x181;
    public const nuint MechanismEcdsa = 0x1041;

    private const nuint PublicKeyClass = 2;
    private const nuint PrivateKeyClass = 3;
    private const nuint EcKeyType = 3;

    public static Pkcs11Attribute IsPublicKey => OfNumber(Class, PublicKeyClass);

    public static Pkcs11Attribute IsPrivateKey => OfNumber(Class, PrivateKeyClass);

    public static Pkcs11Attribute IsEc => OfNumber(KeyType, EcKeyType);

    public static Pkcs11Attribute HasLabel(string label) => new(Label, Encoding.UTF8.GetBytes(label));

    public static Pkcs11Attribute HasId(byte[] id) => new(Id, id);

    private static Pkcs11Attribute OfNumber(nuint type, nuint number)
    {
        byte[] value = new byte[nuint.Size];
        MemoryMarshal.Write(value, number);
        return new Pkcs11Attribute(type, value);
    }
}
