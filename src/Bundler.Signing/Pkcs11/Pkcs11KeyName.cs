using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Pkcs11;

/// <summary>Which key of which token: by its label, by its id, or by both.</summary>
public sealed record Pkcs11KeyName(string ModulePath, string TokenLabel, string? KeyLabel, Bytes? KeyId)
{
    /// <summary>For people, in the manner of RFC 7512; without the PIN, which is no part of it.</summary>
    public override string ToString() =>
        $"pkcs11:token={TokenLabel}" + (KeyLabel is null ? "" : $";object={KeyLabel}") + (KeyId is { } id ? $";id={id}" : "");

    internal Pkcs11Attribute[] Template(Pkcs11Attribute objectClass)
    {
        List<Pkcs11Attribute> template = [objectClass, Pkcs11Attribute.IsEc];
        if (KeyLabel is not null)
        {
            template.Add(Pkcs11Attribute.HasLabel(KeyLabel));
        }

        if (KeyId is { } id)
        {
            template.Add(Pkcs11Attribute.HasId(id.ToArray()));
        }

        return [.. template];
    }
}
