using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

public sealed class AbiContractTests
{
    private const string Token = """
        [
          { "type": "constructor", "inputs": [{ "name": "owner", "type": "address" }], "stateMutability": "nonpayable" },
          { "type": "receive", "stateMutability": "payable" },
          { "type": "function", "name": "mint", "inputs": [{ "name": "to", "type": "address" }], "outputs": [] },
          { "type": "function", "name": "mint", "inputs": [
              { "name": "calls", "type": "tuple[2][]", "components": [{ "name": "to", "type": "address" }, { "name": "amount", "type": "uint256" }] }
            ], "outputs": [{ "name": "", "type": "bool" }] },
          { "type": "function", "name": "pause", "inputs": [], "outputs": [] },
          { "type": "event", "name": "Minted", "inputs": [{ "name": "to", "type": "address", "indexed": true }], "anonymous": false },
          { "type": "error", "name": "Paused", "inputs": [] }
        ]
        """;

    private readonly AbiContract _token = AbiContract.Parse(Token);

    [Test]
    public void Entries_are_found_by_name() =>
        Assert.That(
            (_token.Function("pause").Signature, _token.Event("Minted").Signature, _token.Error("Paused").Signature),
            Is.EqualTo(("pause()", "Minted(address)", "Paused()")));

    [Test]
    public void Overloads_are_found_by_signature()
    {
        AbiFunction mint = _token.Function("mint((address,uint256)[2][])");

        Assert.That(mint.Outputs.ToString(), Is.EqualTo("(bool)"));
        Assert.That(() => _token.Function("mint"), Throws.TypeOf<KeyNotFoundException>());
    }

    [Test]
    public void An_unknown_name_is_refused() => Assert.That(() => _token.Error("Unknown"), Throws.TypeOf<KeyNotFoundException>());

    [Test]
    public void The_inputs_of_the_constructor_are_known() => Assert.That(_token.ConstructorInputs.ToString(), Is.EqualTo("(address)"));

    [Test]
    public void Indexed_parameters_are_known() => Assert.That(_token.Event("Minted").Inputs.Components[0].Indexed, Is.True);

    [Test]
    public void An_artifact_has_the_ABI_as_a_member() =>
        Assert.That(AbiContract.Parse($$"""{ "abi": {{Token}}, "bytecode": "0x" }""").Functions, Has.Count.EqualTo(3));

    [TestCase("", "")]
    [TestCase("{}", "")]
    [TestCase("[1]", "[0]")]
    [TestCase("""[{ "type": "function", "name": 1 }]""", "[0].name")]
    [TestCase("""[{ "type": "function", "name": "f", "inputs": {} }]""", "[0].inputs")]
    [TestCase("""[{ "type": "function", "name": "f", "inputs": [{}] }]""", "[0].inputs[0].type")]
    [TestCase("""[{ "type": "function", "name": "f", "inputs": [{ "type": "uint7" }] }]""", "[0].inputs[0]")]
    [TestCase("""[{ "type": "event", "name": "E", "inputs": [{ "type": "bool", "indexed": 1 }] }]""", "[0].inputs[0].indexed")]
    public void What_is_not_an_ABI_is_refused_with_the_path(string json, string path) =>
        Assert.That(() => AbiContract.Parse(json), Throws.TypeOf<CodecException>().With.Property("Path").EqualTo(path));
}
