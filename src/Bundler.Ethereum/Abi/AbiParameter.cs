namespace Bundler.Ethereum.Abi;

/// <summary>One component of a tuple or one parameter of a function, event or error; <see cref="Indexed"/> counts in events only.</summary>
public sealed record AbiParameter(AbiType Type, string Name = "", bool Indexed = false)
{
    /// <summary>How a path to a fault names this parameter: by name, or by position where there is none.</summary>
    internal string Segment(int index) => Name.Length > 0 ? Name : $"[{index}]";
}
