using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>A JSON ABI (the array, or a compiler's artifact that has it under <c>abi</c>): functions, events and errors by name or signature.</summary>
public sealed class AbiContract
{
    private readonly List<AbiFunction> _functions = [];
    private readonly List<AbiEvent> _events = [];
    private readonly List<AbiError> _errors = [];

    private AbiContract()
    {
    }

    /// <summary>Empty also where no constructor is declared.</summary>
    public AbiType.Tuple ConstructorInputs { get; private set; } = AbiType.Tuple.Empty;

    public IReadOnlyList<AbiFunction> Functions => _functions;

    public IReadOnlyList<AbiEvent> Events => _events;

    public IReadOnlyList<AbiError> Errors => _errors;

    /// <exception cref="CodecException">Not JSON, or not an ABI; the path leads to the fault.</exception>
    public static AbiContract Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            AbiContract contract = new();
            foreach (AbiJsonEntry entry in AbiJsonEntry.ReadAll(document.RootElement))
            {
                contract.Add(entry);
            }

            return contract;
        }
        catch (JsonException fault)
        {
            throw new CodecException("", "not JSON", fault);
        }
    }

    /// <summary>By name where it is not overloaded, else by signature.</summary>
    /// <exception cref="KeyNotFoundException">None, or more than one.</exception>
    public AbiFunction Function(string nameOrSignature) => The(_functions, nameOrSignature, f => f.Name, f => f.Signature);

    /// <inheritdoc cref="Function"/>
    public AbiEvent Event(string nameOrSignature) => The(_events, nameOrSignature, e => e.Name, e => e.Signature);

    /// <inheritdoc cref="Function"/>
    public AbiError Error(string nameOrSignature) => The(_errors, nameOrSignature, e => e.Name, e => e.Signature);

    private void Add(AbiJsonEntry entry)
    {
        switch (entry.Kind)
        {
            case "function":
                _functions.Add(new AbiFunction(entry.Signature));
                break;
            case "event":
                _events.Add(new AbiEvent(entry.Signature));
                break;
            case "error":
                _errors.Add(new AbiError(entry.Signature));
                break;
            case "constructor":
                ConstructorInputs = entry.Signature.Inputs;
                break;
            default: // fallback and receive have no parameters to code
                break;
        }
    }

    private static T The<T>(List<T> items, string wanted, Func<T, string> name, Func<T, string> signature)
    {
        bool bySignature = wanted.Contains('(', StringComparison.Ordinal);
        List<T> found = items.FindAll(item => (bySignature ? signature(item) : name(item)) == wanted);
        return found.Count == 1 ? found[0] : throw new KeyNotFoundException($"the ABI has {found.Count} entries for '{wanted}'");
    }
}
