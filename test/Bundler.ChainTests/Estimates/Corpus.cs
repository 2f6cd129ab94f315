using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.ChainTests.Estimates;

/// <summary>The operations that estimates are measured on: account kinds × EntryPoints × paymaster or not × deployment or not × kinds of calls.</summary>
internal sealed class Corpus
{
    private const int Rounds = 150;

    private static readonly Bytes _dummySignature = Bytes.Parse(
        "0xfffffffffffffffffffffffffffffff0000000000000000000000000000000007aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1c");

    private static readonly UInt256 _fee = 1_000_000_000;
    private static readonly UInt256 _deposit = (UInt256)1_000_000_000_000_000_000UL;
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly AbiContract _target = EstimateRig.TestContract("EstimationTarget").Abi;

    private readonly EstimateRig _rig;
    private readonly Dictionary<(EntryPointVersion, bool), Address> _paymasters = [];
    private readonly Dictionary<EntryPointVersion, Address> _delegates = [];

    private Corpus(EstimateRig rig, Address target)
    {
        _rig = rig;
        Target = target;
    }

    public Address Target { get; }

    public static IReadOnlyList<CorpusCase> Cases { get; } =
    [
        .. ((EntryPointVersion[])[EntryPointVersion.V06, EntryPointVersion.V07, EntryPointVersion.V08, EntryPointVersion.V09]).SelectMany(OfVersion),
    ];

    public static async Task<Corpus> PrepareAsync(EstimateRig rig) => new(rig, await rig.DeployAsync("EstimationTarget"));

    public static Bytes Call(string function, params object[] arguments) => _target.Function(function).EncodeCall(arguments);

    private static IEnumerable<CorpusCase> OfVersion(EntryPointVersion version)
    {
        yield return Simple("no call", (_, _) => Bytes.Empty, deployed: true);
        yield return Simple("count", (_, corpus) => corpus.Execute(Call("increment")), deployed: true);
        yield return Simple("burn", (_, corpus) => corpus.Execute(Call("burn", Rounds)), deployed: true);
        yield return Simple("burn much", (_, corpus) => corpus.Execute(Call("burn", 8_000)), deployed: true);
        yield return Simple("revert and catch", (_, corpus) => corpus.Execute(Call("catches", Rounds)), deployed: true);
        yield return Simple("try or note", (_, corpus) => corpus.Execute(Call("attempts", 2_000)), deployed: true);
        yield return Simple("nest deeply", (_, corpus) => corpus.Execute(Call("nest", 24, Rounds)), deployed: true);
        yield return Simple("refund", (sender, corpus) => corpus.Execute(Call("clear", sender, 8)), deployed: true);
        yield return Simple("emit", (_, corpus) => corpus.Execute(Call("emits", 12)), deployed: true);
        yield return Simple("transient storage", (_, corpus) => corpus.Execute(Call("remembers", 20)), deployed: true);
        yield return Simple("send value", (_, _) => _execute.EncodeCall(A.AddressOf(7), (UInt256)1, Bytes.Empty), deployed: true);
        yield return Simple("add deposit", (sender, _) => CallEntryPoint(version, EntryPointCalls.DepositTo.EncodeCall(sender), 1), deployed: true);
        yield return Simple(
            "increment nonce", (_, _) => CallEntryPoint(version, EntryPointCalls.IncrementNonce.EncodeCall(UInt256.Zero), 0), deployed: true);
        yield return Simple("deploy", (_, corpus) => corpus.Execute(Call("increment")), deployed: false);
        yield return Simple("deploy, nest", (_, corpus) => corpus.Execute(Call("nest", 10, Rounds)), deployed: false);
        yield return Sponsored("paymaster", deployed: true, context: false);
        yield return Sponsored("paymaster with postOp", deployed: true, context: true);
        yield return Sponsored("deploy, paymaster", deployed: false, context: false);
        yield return Sponsored("deploy, paymaster with postOp", deployed: false, context: true);
        if (version >= EntryPointVersion.V07)
        {
            yield return new CorpusCase("executeUserOp", version, corpus => corpus.ExecutingAsync(version));
        }

        if (version >= EntryPointVersion.V08)
        {
            yield return new CorpusCase("7702 delegated", version, corpus => corpus.DelegatedAsync(version, delegated: true, marker: false));
            yield return new CorpusCase("7702 delegated, marker", version, corpus => corpus.DelegatedAsync(version, delegated: true, marker: true));
            yield return new CorpusCase("7702 tuple, marker", version, corpus => corpus.DelegatedAsync(version, delegated: false, marker: true));
        }

        CorpusCase Simple(string name, Func<Address, Corpus, Bytes> call, bool deployed) =>
            new(name, version, corpus => corpus.SimpleAsync(version, deployed, call));

        CorpusCase Sponsored(string name, bool deployed, bool context) =>
            new(name, version, corpus => corpus.SponsoredAsync(version, deployed, context));
    }

    private Bytes Execute(Bytes call) => _execute.EncodeCall(Target, UInt256.Zero, call);

    private static Bytes CallEntryPoint(EntryPointVersion version, Bytes call, UInt256 value) =>
        _execute.EncodeCall(SimpleAccountWallet.EntryPointOf(version).Address, value, call);

    private async Task<CorpusOperation> SimpleAsync(EntryPointVersion version, bool deployed, Func<Address, Corpus, Bytes> call)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version, deployed);
        if (deployed)
        {
            // What the operations before left of theirs would pay for this one and not for another: a limit with room for a payment would be right then.
            await _rig.DepositAsync(wallet.EntryPoint, wallet.Address, _deposit);
        }

        await _rig.SendAsync(Target, Call("fill", wallet.Address, (UInt256)8), 0);
        UserOperation operation = Bare(wallet.Operation(deployed, deployed ? 1 : 0)) with { CallData = call(wallet.Address, this) };
        return new CorpusOperation(wallet.EntryPoint, operation, unsigned => wallet.Sign(unsigned));
    }

    private async Task<CorpusOperation> SponsoredAsync(EntryPointVersion version, bool deployed, bool context)
    {
        CorpusOperation simple = await SimpleAsync(version, deployed, (_, corpus) => corpus.Execute(Call("increment")));
        return simple with { Operation = simple.Operation with { Paymaster = await PaymasterAsync(simple.EntryPoint, context) } };
    }

    private async Task<CorpusOperation> ExecutingAsync(EntryPointVersion version)
    {
        PrivateKey owner = _rig.NewKey();
        Address account = await _rig.DeployAsync("ExecutingAccount", owner.Address);
        await _rig.FundAsync(account);
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(version);
        Bytes arguments = AbiEncoder.Encode([AbiType.Parse("address"), AbiType.Parse("bytes")], Target, Call("increment"));
        UserOperation operation = Bare(A.UserOperation()) with
        {
            Sender = account,
            CallData = Bytes.Concat(Bytes.Parse("0x8dd7712f"), arguments),
        };
        return new CorpusOperation(entryPoint, operation, unsigned => SignBare(entryPoint, unsigned, owner, null));
    }

    private async Task<CorpusOperation> DelegatedAsync(EntryPointVersion version, bool delegated, bool marker)
    {
        PrivateKey key = _rig.NewKey();
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(version);
        Address account = await DelegateAsync(entryPoint);
        await _rig.FundAsync(key.Address);
        Authorization tuple = Authorization.Sign(key, EstimateRig.ChainId, account, 0);
        UserOperation operation = Bare(A.UserOperation()) with
        {
            Sender = key.Address,
            Factory = marker ? Eip7702Marker.Address : null,
            CallData = Execute(Call("increment")),
            Eip7702Auth = tuple,
        };
        if (delegated)
        {
            operation = operation with { Eip7702Auth = null };
            UserOperation first = operation with
            {
                Factory = Eip7702Marker.Address, Eip7702Auth = tuple, CallGasLimit = 100_000, VerificationGasLimit = 200_000, PreVerificationGas = 60_000,
            };
            await _rig.HandleAsync(entryPoint, SignBare(entryPoint, first, key, account));
            await _rig.DepositAsync(entryPoint, key.Address, _deposit);
            operation = operation with { Nonce = 1 };
        }

        return new CorpusOperation(entryPoint, operation, unsigned => SignBare(entryPoint, unsigned, key, account));
    }

    private async Task<Address> DelegateAsync(EntryPoint entryPoint)
    {
        if (!_delegates.TryGetValue(entryPoint.Version, out Address account))
        {
            string package = entryPoint.Version == EntryPointVersion.V08 ? "aa08" : "aa09";
            using JsonDocument artifact = JsonDocument.Parse(
                await File.ReadAllTextAsync(Repo.PathOf($"node_modules/{package}/artifacts/Simple7702Account.json")));
            Bytes code = Bytes.Parse(artifact.RootElement.GetProperty("bytecode").GetString());
            Bytes argument = entryPoint.Version == EntryPointVersion.V08 ? Bytes.Empty : AbiEncoder.Encode([AbiType.Parse("address")], entryPoint.Address);
            account = await _rig.DeployAsync(Bytes.Concat(code, argument));
            _delegates[entryPoint.Version] = account;
        }

        return account;
    }

    private async Task<Address> PaymasterAsync(EntryPoint entryPoint, bool context)
    {
        if (!_paymasters.TryGetValue((entryPoint.Version, context), out Address paymaster))
        {
            string contract = entryPoint.Version == EntryPointVersion.V06 ? "TestPaymasterV06" : "TestPaymasterV07";
            paymaster = await _rig.DeployAsync(contract, (UInt256)(context ? 60 : 0));
            await _rig.DepositAsync(entryPoint, paymaster, _deposit);
            _paymasters[(entryPoint.Version, context)] = paymaster;
        }

        return paymaster;
    }

    /// <summary>Without limits, with the dummy signature that client libraries send.</summary>
    private static UserOperation Bare(UserOperation operation) => operation with
    {
        CallGasLimit = 0,
        VerificationGasLimit = 0,
        PreVerificationGas = 0,
        MaxFeePerGas = _fee,
        MaxPriorityFeePerGas = _fee,
        Signature = _dummySignature,
    };

    private static UserOperation SignBare(EntryPoint entryPoint, UserOperation operation, PrivateKey key, Address? @delegate) =>
        operation with { Signature = key.Sign(entryPoint.Hash(operation, EstimateRig.ChainId, @delegate)).ToBytes() };
}
