using Bundler.ChainTests.Validation;
using Bundler.Contracts;
using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfTheChain;
using Bundler.Engine.Admission.OfTheOperation;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.ChainTests.Spec;

/// <summary>The cast of the rule contracts before one EntryPoint: who is staked and who is not, and the operations they make.</summary>
internal sealed class SpecStage
{
    public const ulong Salt = 7;

    private static readonly IOptions<ValidationOptions> _canonical = Options.Create(new ValidationOptions { Profile = ValidationProfile.Canonical });

    private readonly ValidationRig _rig;
    private readonly IReadOnlyList<(string Rule, IAdmissionRule Check)> _admission;
    private readonly int _version;

    private SpecStage(ValidationRig rig, EntryPointVersion version)
    {
        _rig = rig;
        _version = (int)version;
        EntryPoint = SimpleAccountWallet.EntryPointOf(version);
        IOptions<GasOptions> gas = Options.Create(new GasOptions());
        _admission =
        [
            (Erc7562Rule.Lim010, new SizeWithinLimit(Options.Create(new AdmissionOptions()))),
            (Erc7562Rule.Lim060, new GasLimitsWithinBounds(_canonical)),
            (Erc7562Rule.Auth010, new AuthorizationWellFormed(rig.Chain)),
            (Erc7562Rule.Lim070, new PreVerificationGasCovers(new PreVerificationGasPolicy(gas, _canonical, rig.Chain))),
        ];
    }

    public EntryPoint EntryPoint { get; }

    public ValidationRig Rig => _rig;

    /// <summary>SREP-010, wei.</summary>
    public UInt256 MinimumStake => _rig.Chain.MinStakeWei;

    /// <summary>SREP-010, seconds.</summary>
    public uint MinimumDelay => _rig.Chain.MinUnstakeDelaySeconds;

    public EntryPointVersion Version => EntryPoint.Version;

    /// <summary>A deployed account without stake.</summary>
    public Address Account => Role(0x01);

    /// <summary>A deployed account with stake.</summary>
    public Address StakedAccount => Role(0x02);

    public Address Factory => Role(0x03);

    public Address StakedFactory => Role(0x04);

    /// <summary>Its stake is one wei short.</summary>
    public Address LowFactory => Role(0x05);

    public Address Paymaster => Role(0x06);

    public Address StakedPaymaster => Role(0x07);

    /// <summary>Its stake is locked one second too short.</summary>
    public Address LowPaymaster => Role(0x08);

    /// <summary>A contract that is no entity; its storage is a token's.</summary>
    public Address Helper => Role(0x09);

    /// <summary>On the list of the served ones, and staked.</summary>
    public Address Aggregator => AggregatorOf(Version, 0x0a);

    /// <summary>On the list, but without stake.</summary>
    public Address UnstakedAggregator => AggregatorOf(Version, 0x0b);

    public Address UnknownAggregator => Role(0x0c);

    /// <summary>A paymaster that returns a context, with an EIP-7702 delegation instead of code.</summary>
    public Address DelegatedPaymaster => Role(0x0d);

    public Address DelegatedFactory => Role(0x0e);

    /// <summary>A sender with a delegation.</summary>
    public Address DelegatedAccount => Role(0x0f);

    public Address Nobody => Role(0xee);

    /// <summary>Contracts whose code is this alone.</summary>
    public Address RawCode(byte opcode) => Address.Parse($"0x7562{_version:x2}{opcode:x2}00000000000000000000000000000000");

    /// <summary>The sender that a factory makes by itself.</summary>
    public Address SenderOf(Address deployer) => Create2Address(deployer, Salt, AccountInitCode);

    public static Bytes AccountInitCode { get; } = TestArtifact("RuleAccount").Bytecode;

    /// <summary>Deploys a contract without code.</summary>
    public static Bytes EmptyInitCode { get; } = Bytes.Parse("0x60006000f3");

    public static IEnumerable<Address> ServedAggregators() =>
        from version in Enum.GetValues<EntryPointVersion>()
        from role in new[] { 0x0a, 0x0b }
        select AggregatorOf(version, role);

    public static ContractArtifact TestArtifact(string name) =>
        ContractArtifact.Parse(File.ReadAllText(Repo.PathOf($"test/contracts/artifacts/{name}.json")));

    public static async Task<SpecStage> SetAsync(ValidationRig rig, EntryPointVersion version)
    {
        SpecStage stage = new(rig, version);
        Bytes account = TestArtifact("RuleAccount").DeployedBytecode;
        Bytes actor = TestArtifact("Actor").DeployedBytecode;
        Bytes paymaster = TestArtifact("RulePaymaster").DeployedBytecode;
        Bytes aggregator = TestArtifact("RuleAggregator").DeployedBytecode;
        await stage.PutAsync(account, stage.Account, stage.StakedAccount);
        await stage.PutAsync(actor, stage.Factory, stage.StakedFactory, stage.LowFactory, stage.Helper);
        await stage.PutAsync(paymaster, stage.Paymaster, stage.StakedPaymaster, stage.LowPaymaster);
        await stage.PutAsync(aggregator, stage.Aggregator, stage.UnstakedAggregator, stage.UnknownAggregator);
        await stage.PutAsync(HandleOpsCall.DelegationCode(stage.Factory), stage.DelegatedFactory);
        await stage.PutAsync(HandleOpsCall.DelegationCode(stage.Paymaster), stage.DelegatedPaymaster);
        await stage.PutAsync(HandleOpsCall.DelegationCode(stage.Account), stage.DelegatedAccount);
        foreach (byte opcode in (byte[])[0x0c, 0x21, 0xb0, 0xef, 0xfe])
        {
            await stage.PutAsync(Bytes.Own([opcode]), stage.RawCode(opcode));
        }

        await stage.PutAsync(Bytes.Parse("0x30ff"), stage.RawCode(0xff));
        Bytes callCode = Bytes.Concat(Bytes.Parse("0x6000600060006000600173"), stage.Helper.ToBytes(), Bytes.Parse("0x5af200"));
        await stage.PutAsync(callCode, stage.RawCode(0xf2));
        foreach (Address sender in (Address[])[stage.SenderOf(stage.Factory), stage.SenderOf(stage.StakedFactory), stage.SenderOf(stage.LowFactory),
            stage.SenderOf(stage.Helper), stage.SenderOf(stage.DelegatedFactory)])
        {
            await rig.FundAsync(sender);
        }

        foreach (Address staked in (Address[])[stage.StakedAccount, stage.StakedFactory, stage.StakedPaymaster, stage.Aggregator])
        {
            await stage.StakeAsync(staked, stage.MinimumStake, stage.MinimumDelay);
        }

        await stage.StakeAsync(stage.LowFactory, stage.MinimumStake - 1, stage.MinimumDelay);
        await stage.StakeAsync(stage.LowPaymaster, stage.MinimumStake, stage.MinimumDelay - 1);
        foreach (Address payer in (Address[])[stage.Paymaster, stage.StakedPaymaster, stage.LowPaymaster, stage.DelegatedPaymaster])
        {
            await rig.SendAsync(stage.EntryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(payer), "0xde0b6b3a7640000");
        }

        return stage;
    }

    /// <summary>An operation of a deployed account.</summary>
    public UserOperation Operation(params Act[] validation) => OperationOf(Account, validation);

    public UserOperation OperationOf(Address account, params Act[] validation) => new()
    {
        Sender = account,
        Nonce = 0,
        CallGasLimit = 50_000,
        VerificationGasLimit = 3_000_000,
        PreVerificationGas = 100_000,
        MaxFeePerGas = 1_000_000_000,
        MaxPriorityFeePerGas = 1_000_000_000,
        Signature = Act.Encode(validation),
    };

    /// <summary>An operation whose factory deploys the sender and then does these things.</summary>
    public UserOperation Deploying(Address factory, params Act[] then) =>
        DeployingWith(factory, SenderOf(factory), [Act.Create2(AccountInitCode, Salt), .. then]);

    /// <summary>An operation whose factory does exactly these things, which must bring the sender about.</summary>
    public UserOperation DeployingWith(Address factory, Address sender, params Act[] acts) => OperationOf(sender) with
    {
        Factory = factory,
        FactoryData = Act.Run([.. acts, Act.Answer(sender.ToWord().ToUInt256())]),
    };

    /// <summary>An operation that a paymaster pays for, who does these things.</summary>
    public UserOperation Sponsored(Address paymaster, params Act[] validation) => WithPaymaster(Operation(), paymaster, validation);

    public UserOperation WithPaymaster(UserOperation operation, Address paymaster, params Act[] validation) => operation with
    {
        Paymaster = paymaster,
        PaymasterVerificationGasLimit = Version == EntryPointVersion.V06 ? UInt256.Zero : 2_000_000,
        PaymasterPostOpGasLimit = Version == EntryPointVersion.V06 ? UInt256.Zero : 50_000,
        PaymasterData = Act.Encode(validation),
    };

    /// <summary>What validation says under these rules.</summary>
    public async Task<Rejection?> ValidateAsync(UserOperation operation, RuleSet rules)
    {
        ValidationFacts facts = await _rig.Facts.ReadAsync(EntryPoint, operation, CancellationToken.None);
        ValidationReport report = await _rig.ValidatorWith(rules).ExamineAsync(
            EntryPoint, operation, facts, [], await _rig.HeadAsync(), CancellationToken.None);
        return report.Rejection;
    }

    /// <summary>What an operation's validation uses when nothing is tight.</summary>
    public async Task<ValidationResult> MeasureAsync(UserOperation operation)
    {
        ValidationFacts facts = await _rig.Facts.ReadAsync(EntryPoint, operation, CancellationToken.None);
        return (await _rig.Validator.ValidateAsync(EntryPoint, operation, facts, [], await _rig.HeadAsync(), CancellationToken.None)).Value;
    }

    /// <summary>What the admission rules say of the operation alone, in the canonical profile.</summary>
    public Rejection? Admit(UserOperation operation, RuleSet rules)
    {
        AdmissionContext context = new() { EntryPoint = EntryPoint, Operation = operation, Packed = EntryPoint.Operations.Pack(operation) };
        return _admission.Where(rule => rules.Has(rule.Rule)).Select(rule => rule.Check.Check(context)).FirstOrDefault(rejection => rejection is not null);
    }

    /// <summary>Validates, changes the code of a contract, and validates again as before bundling.</summary>
    public async Task<Rejection?> RevalidateAsync(UserOperation operation, Address changed, RuleSet rules)
    {
        ValidationFacts facts = await _rig.Facts.ReadAsync(EntryPoint, operation, CancellationToken.None);
        OperationValidator validator = _rig.ValidatorWith(rules);
        Outcome<ValidationResult> first = await validator.ValidateAsync(EntryPoint, operation, facts, [], await _rig.HeadAsync(), CancellationToken.None);
        Bytes code = await _rig.Eth.GetCodeAsync(changed, BlockTag.Latest, CancellationToken.None);
        await PutCodeAsync(changed, Bytes.Concat(code, Bytes.Own([0])));
        try
        {
            ValidatedOperation again = new(EntryPoint, operation, first.Value);
            return (await validator.RevalidateAsync([again], await _rig.HeadAsync(), CancellationToken.None))[0].Rejection;
        }
        finally
        {
            await PutCodeAsync(changed, code);
        }
    }

    /// <summary>Whether the EntryPoint on the chain takes the operation.</summary>
    public Task<ulong> IncludeAsync(UserOperation operation) => _rig.IncludeAsync(EntryPoint, operation);

    public async Task PutAsync(Bytes code, params Address[] addresses)
    {
        foreach (Address address in addresses)
        {
            await PutCodeAsync(address, code);
            await _rig.Anvil.RpcAsync("anvil_setBalance", address.ToLowerHex(), "0x56bc75e2d63100000");
        }
    }

    public async Task StakeAsync(Address entity, UInt256 wei, uint delay)
    {
        await _rig.SendAsync(entity, Act.Run(Act.Call(EntryPoint.Address, EntryPointCalls.AddStake.EncodeCall((UInt256)delay), wei)), "0x0");
        CallRequest call = new() { To = EntryPoint.Address, Data = EntryPointCalls.GetDepositInfo.EncodeCall(entity) };
        StakeInfo info = EntryPointCalls.DecodeDepositInfo(entity, await _rig.Eth.CallAsync(call, BlockTag.Latest, CancellationToken.None));
        Assert.That(info.Stake, Is.EqualTo(wei), "the stake of a rule contract");
    }

    private Task PutCodeAsync(Address address, Bytes code) => _rig.Anvil.RpcAsync("anvil_setCode", address.ToLowerHex(), code.ToString());

    private Address Role(int role) => AddressOf(Version, role);

    private static Address AggregatorOf(EntryPointVersion version, int role) => AddressOf(version, role);

    private static Address AddressOf(EntryPointVersion version, int role) => Address.Parse($"0x7562{(int)version:x2}00000000000000000000000000000000{role:x2}");

    private static Address Create2Address(Address deployer, UInt256 salt, Bytes initCode)
    {
        Bytes preimage = Bytes.Concat(
            Bytes.Own([0xff]), deployer.ToBytes(), Hash32.From(salt).ToBytes(), Keccak256.Hash(initCode).ToBytes());
        return Address.FromWord(Keccak256.Hash(preimage).Span);
    }
}
