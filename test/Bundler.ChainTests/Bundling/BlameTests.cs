using System.Globalization;
using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.ChainTests.Spec;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>
/// Every kind of blame on the running node, in bundles with good ones, over every EntryPoint: who spoils the bundle goes, whoever answers for it pays with its
/// reputation, nobody else does, and the good ones are mined. The aggregator's is in <see cref="AggregatedOperationsTests"/>.
/// </summary>
public sealed class BlameTests
{
    private const string Account = "RuleAccount";
    private const string TurncoatAccount = "TurncoatAccount";
    private const string TurncoatPaymaster = "TurncoatPaymaster";

    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly AbiFunction _make = AbiFunction.Parse("make(bytes plan,bytes code,uint256 salt) returns (address)");
    private static readonly AbiFunction _refuse = AbiFunction.Parse("refuse(address sender)");
    private static readonly Bytes _reverts = Hash32.From(1).ToBytes();
    private static readonly Bytes _answersMore = Hash32.From(3).ToBytes();
    private static readonly Bytes _worksLess = Hash32.From(4).ToBytes();

    private readonly List<(string Title, string UserOpHash, string Reason)> _culprits = [];
    private readonly Dictionary<Address, (string Title, string Status)> _standings = [];
    private DirectoryInfo _folder = null!;
    private InclusionRig _rig = null!;
    private EntryPoint _entryPoint = null!;
    private int _places;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("bundler-blame-");
        string admitted = Path.Combine(_folder.FullName, "alt-mempools.json");
        await File.WriteAllTextAsync(admitted, """[{ "name": "turncoats", "rule": "OP-011" }]""");
        _rig = await InclusionRig.StartAsync(withNode: false);
        await _rig.StartNodeAsync(
            null, "--debug-api", "--bundling", "manual", "--Bundler:Chain:MinStakeWei=1", "--Bundler:Chain:MinUnstakeDelaySeconds=1",
            $"--Bundler:Validation:AltMempoolFile={admitted}");
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        await _rig.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Test]
    public async Task Who_spoils_a_bundle_goes_and_who_answers_for_it_pays([Values] EntryPointVersion version)
    {
        _culprits.Clear();
        _standings.Clear();
        _entryPoint = SimpleAccountWallet.EntryPointOf(version);
        await _rig.Node.RpcAsync("debug_bundler_clearState");
        string first = await SendAsync(Operation(await PlaceAsync(Account)));
        await AccountsAsync();
        await FactoriesAsync();
        await PaymastersAsync();
        string last = await SendAsync(Operation(await PlaceAsync(Account)));

        // Over v0.6 they are too much gas for one bundle.
        await Eventually.Async(
            async () =>
            {
                await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
                return (await _rig.Node.RpcAsync("debug_bundler_dumpMempool", _entryPoint.Address.ToString())).GetArrayLength() == 0;
            },
            _deadline,
            "the mempool is empty");

        foreach ((string title, string userOpHash, string reason) in _culprits)
        {
            JsonElement status = await _rig.Node.RpcAsync("bundler_getUserOperationStatus", userOpHash);
            Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("dropped"), title);
            Assert.That(status.GetProperty("reason").GetString(), Does.StartWith(reason), title);
        }

        Assert.That((await _rig.ReceiptAsync(first)).GetProperty("success").GetBoolean(), Is.True);
        Assert.That((await _rig.ReceiptAsync(last)).GetProperty("success").GetBoolean(), Is.True);
        JsonElement dump = await _rig.Node.RpcAsync("debug_bundler_dumpReputation", _entryPoint.Address.ToString());
        Dictionary<Address, string> known = dump.EnumerateArray()
            .ToDictionary(entry => Address.Parse(entry.GetProperty("address").GetString()), entry => entry.GetProperty("status").GetString()!);
        foreach ((Address entity, (string title, string status)) in _standings)
        {
            Assert.That(known.GetValueOrDefault(entity, "ok"), Is.EqualTo(status), title);
        }

        Assert.That(known.Where(entry => entry.Value != "ok").Select(entry => entry.Key), Is.SubsetOf(_standings.Keys), "nobody else");
    }

    private async Task AccountsAsync()
    {
        Address unstaked = await PlaceAsync(TurncoatAccount);
        await SpoilAsync("an unstaked account", Turning(unstaked), "bundle creation: AA23", unstaked, "ok");

        Address staked = await StakedAsync(TurncoatAccount);
        await SpoilAsync("GREP-040 a staked account", Turning(staked), "bundle creation: AA23", staked, "banned");

        Address sponsor = await PaymasterAsync("RulePaymaster");
        UserOperation sponsored = Sponsored(Turning(await PlaceAsync(TurncoatAccount)), sponsor);
        await SpoilAsync("EREP-015 the paymaster of an account", sponsored, "bundle creation: AA23", sponsor, "ok");
    }

    private async Task FactoriesAsync()
    {
        Address unstaked = await PlaceAsync("TurncoatFactory");
        await SpoilAsync("GREP-040 a factory", await MadeAsync(unstaked), "bundle creation: AA13", unstaked, "banned");

        Address staked = await StakedAsync("TurncoatFactory");
        await SpoilAsync("GREP-040 a staked factory", await MadeAsync(staked), "bundle creation: AA13", staked, "banned");

        Address answering = await StakedAsync("Actor");
        await SpoilAsync("EREP-020 a staked factory for its account", await DeployedAsync(answering), "bundle creation: AA23", answering, "banned");
    }

    private async Task PaymastersAsync()
    {
        Address refusing = await PaymasterAsync("FicklePaymaster", staked: true);
        UserOperation refused = Sponsored(Operation(await PlaceAsync(Account)), refusing);
        await SpoilAsync("a paymaster at second validation", refused, "second validation: AA33", refusing, "ok");
        await _rig.TransactAsync(refusing, _refuse.EncodeCall(refused.Sender));

        Address turning = await PaymasterAsync(TurncoatPaymaster);
        await SpoilAsync(
            "GREP-040 a paymaster", Sponsored(Operation(await PlaceAsync(Account)), turning, _reverts), "bundle creation: AA33", turning, "banned");

        Address account = await StakedAsync(Account);
        Address covered = await PaymasterAsync(TurncoatPaymaster);
        await SpoilAsync(
            "EREP-030 a staked account for its paymaster", Sponsored(Operation(account), covered, _reverts), "bundle creation: AA33", account, "banned");
        _standings[covered] = ("EREP-030 the paymaster of a staked account", "ok");

        Address growing = await PaymasterAsync(TurncoatPaymaster, staked: true);
        await SpoilAsync(
            "EREP-055 a growing context", Sponsored(Operation(await PlaceAsync(Account)), growing, _answersMore), "bundle creation: paymaster returns", growing, "banned");

        Address lazy = await PaymasterAsync(TurncoatPaymaster, staked: true);
        await SpoilAsync(
            "EREP-070 less gas than alone", Sponsored(Operation(await PlaceAsync(Account)), lazy, _worksLess), "bundle creation: paymaster uses", lazy, "throttled");
    }

    private async Task SpoilAsync(string title, UserOperation operation, string reason, Address answers, string status)
    {
        _culprits.Add((title, await SendAsync(operation), reason));
        _standings[answers] = (title, status);
    }

    private static UserOperation Operation(Address account) => InclusionRig.Operation(account) with { Signature = Bytes.Empty };

    private static UserOperation Turning(Address account) => Operation(account) with { Signature = _reverts };

    private UserOperation Sponsored(UserOperation operation, Address paymaster, Bytes plan = default) =>
        InclusionRig.Sponsored(_entryPoint, operation, paymaster) with { PaymasterData = plan };

    /// <summary>The factory follows the plan.</summary>
    private async Task<UserOperation> MadeAsync(Address factory)
    {
        Bytes code = SpecStage.AccountInitCode;
        return Deploying(await FundedAsync(factory, code), factory, _make.EncodeCall(_reverts, code, (UInt256)1)) with { Signature = Bytes.Empty };
    }

    /// <summary>The account that the factory deploys follows the plan.</summary>
    private async Task<UserOperation> DeployedAsync(Address factory)
    {
        Bytes code = SpecStage.TestArtifact(TurncoatAccount).Bytecode;
        Address sender = await FundedAsync(factory, code);
        return Deploying(sender, factory, Act.Run(Act.Create2(code, 1), Act.Answer(sender.ToWord().ToUInt256()))) with { Signature = _reverts };
    }

    private static UserOperation Deploying(Address sender, Address factory, Bytes call) =>
        Operation(sender) with { Factory = factory, FactoryData = call, VerificationGasLimit = 1_500_000, PreVerificationGas = 200_000 };

    private async Task<Address> FundedAsync(Address factory, Bytes code)
    {
        Bytes preimage = Bytes.Concat(Bytes.Own([0xff]), factory.ToBytes(), Hash32.From(1).ToBytes(), Keccak256.Hash(code).ToBytes());
        Address sender = Address.FromWord(Keccak256.Hash(preimage).Span);
        await _rig.SetBalanceAsync(sender, 1_000_000_000_000_000_000);
        return sender;
    }

    private async Task<Address> PlaceAsync(string contract)
    {
        Address place = Address.Parse(string.Create(CultureInfo.InvariantCulture, $"0xb1a30000000000000000000000000000{++_places:x8}"));
        await _rig.PutAsync(contract, place);
        return place;
    }

    private async Task<Address> StakedAsync(string contract)
    {
        Address entity = await PlaceAsync(contract);
        await _rig.ActAsync(entity, Act.Call(_entryPoint.Address, EntryPointCalls.AddStake.EncodeCall((UInt256)1), 1));
        return entity;
    }

    private async Task<Address> PaymasterAsync(string contract, bool staked = false)
    {
        Address paymaster = staked ? await StakedAsync(contract) : await PlaceAsync(contract);
        await _rig.TransactAsync(_entryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(paymaster), "0xde0b6b3a7640000");
        return paymaster;
    }

    private Task<string> SendAsync(UserOperation operation) => _rig.SendAsync(_entryPoint, operation);
}
