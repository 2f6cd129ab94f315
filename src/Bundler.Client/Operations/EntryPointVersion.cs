namespace Bundler.Client.Operations;

/// <summary>The versions of the EntryPoint; each has a wire form, a hash and a way of signing.</summary>
public enum EntryPointVersion
{
    /// <summary>v0.6: initCode and paymasterAndData in one piece each.</summary>
    V06,

    /// <summary>v0.7: factory and paymaster apart, gas limits packed.</summary>
    V07,

    /// <summary>v0.8: the userOpHash is an EIP-712 digest; EIP-7702.</summary>
    V08,

    /// <summary>v0.9: a paymaster's signature that is not part of the hash.</summary>
    V09,
}
