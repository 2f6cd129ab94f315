using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Node.Commands;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Ledger;
using Bundler.Testing;

namespace Bundler.Tests.Contracts;

/// <summary>
/// S0-01: the audit pack's hash vectors are what the node signs. The type is read from the contract's source; scripts/contracts/reproduce.mjs computes the digests with a library of others.
/// </summary>
public sealed partial class HashVectorTests
{
    private static readonly Address _paymaster = Address.Parse("0xca6bed1c94a8a8855c7ed462c07f8e2e123c8088");
    private static readonly Address _delegate = Address.Parse("0x00000000000000000000000000000000000de1e9");
    private static readonly GrantTerms _terms = new(1_700_000_600, 1_699_999_000, new GrantId(UInt128.Parse("1339673755198158349044581307228491536", System.Globalization.CultureInfo.InvariantCulture)));

    private static string File => Repo.PathOf("src/Bundler.Contracts/audit/hash-vectors.json");

    [Test]
    public void The_vectors_are_what_the_node_signs()
    {
        JsonArray vectors = [];
        foreach (EntryPoint entryPoint in EntryPointCatalog.Canonical)
        {
            vectors.Add(Vector($"v{entryPoint.VersionText}: an account that is there", entryPoint, Operation(entryPoint), default));
            vectors.Add(Vector($"v{entryPoint.VersionText}: an account that is deployed", entryPoint, Operation(entryPoint) with { Factory = _delegate, FactoryData = Bytes.Parse("0xcdcd") }, default));
            vectors.Add(Vector($"v{entryPoint.VersionText}: an account that delegates (EIP-7702)", entryPoint, Operation(entryPoint), _delegate));
        }

        string actual = CommandOutput.Text(vectors) + "\n";
        if (Environment.GetEnvironmentVariable("BUNDLER_UPDATE_GOLDEN") == "1")
        {
            System.IO.File.WriteAllText(File, actual);
        }

        Assert.That(actual, Is.EqualTo(System.IO.File.ReadAllText(File)));
    }

    private static JsonObject Vector(string about, EntryPoint entryPoint, UserOperation operation, Address @delegate)
    {
        IGrantCodec codec = GrantCodecCatalog.Find(NodeGrantCodec.Name, entryPoint.Version)!;
        Hash32 digest = codec.DigestOf(codec.HashOf(operation, new GrantSite(entryPoint, _paymaster, 1), _terms, new SenderFacts(@delegate, 0)));
        using PrivateKey signer = PrivateKey.Parse(DevAccounts.All[4].PrivateKey);
        byte[] id = new byte[GrantId.Size];
        _terms.Id.Write(id);
        Dictionary<string, string> values = new()
        {
            ["entryPoint"] = entryPoint.Address.ToString(),
            ["sender"] = operation.Sender.ToString(),
            ["nonce"] = operation.Nonce.ToString(),
            ["initCode"] = operation.Factory is { } factory ? Bytes.Concat(factory.ToBytes(), operation.FactoryData).ToString() : "0x",
            ["callData"] = operation.CallData.ToString(),
            ["callGasLimit"] = operation.CallGasLimit.ToString(),
            ["verificationGasLimit"] = operation.VerificationGasLimit.ToString(),
            ["preVerificationGas"] = operation.PreVerificationGas.ToString(),
            ["maxFeePerGas"] = operation.MaxFeePerGas.ToString(),
            ["maxPriorityFeePerGas"] = operation.MaxPriorityFeePerGas.ToString(),
            ["paymasterVerificationGasLimit"] = operation.PaymasterVerificationGasLimit.ToString(),
            ["paymasterPostOpGasLimit"] = "0",
            ["delegate"] = @delegate.ToString(),
            ["validUntil"] = $"{_terms.ValidUntil}",
            ["validAfter"] = $"{_terms.ValidAfter}",
            ["grantId"] = Bytes.Own(id).ToString(),
        };
        (string Type, string Name)[] fields = [.. TypeOf(entryPoint.Version)];
        return new JsonObject
        {
            ["about"] = about,
            ["typedData"] = new JsonObject
            {
                ["domain"] = new JsonObject { ["name"] = "NodeVerifyingPaymaster", ["version"] = "1", ["chainId"] = 1, ["verifyingContract"] = _paymaster.ToString() },
                ["primaryType"] = "SponsoredOperation",
                ["types"] = new JsonObject
                {
                    ["SponsoredOperation"] = new JsonArray([.. fields.Select(field => new JsonObject { ["name"] = field.Name, ["type"] = field.Type })]),
                },
                ["message"] = new JsonObject(fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Name, values[field.Name]))),
            },
            ["digest"] = digest.ToString(),
            ["signer"] = signer.Address.ToString(),
            ["signature"] = signer.Sign(digest).ToBytes().ToString(),
        };
    }

    private static UserOperation Operation(EntryPoint entryPoint) => new()
    {
        Sender = Address.Parse("0x1111111111111111111111111111111111111111"),
        Nonce = 5,
        CallData = Bytes.Parse("0xb61d27f607"),
        CallGasLimit = 60_000,
        VerificationGasLimit = 100_000,
        PreVerificationGas = 50_000,
        MaxFeePerGas = 100,
        MaxPriorityFeePerGas = 99,
        PaymasterVerificationGasLimit = entryPoint.HasPaymasterGasLimits ? 60_000 : 0,
    };

    private static IEnumerable<(string Type, string Name)> TypeOf(EntryPointVersion version)
    {
        string source = System.IO.File.ReadAllText(Repo.PathOf($"src/Bundler.Contracts/contracts/NodeVerifyingPaymaster{(version == EntryPointVersion.V06 ? "V06" : "V07")}.sol"));
        return SponsoredOperation().Match(source).Groups[1].Value.Split(',').Select(field => field.Split(' ')).Select(parts => (parts[0], parts[1]));
    }

    [GeneratedRegex("\"SponsoredOperation\\(([^)]*)\\)\"")]
    private static partial Regex SponsoredOperation();
}
