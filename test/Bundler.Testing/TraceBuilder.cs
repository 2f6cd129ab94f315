using Bundler.Engine.Chain;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>Makes a <see cref="ValidationTrace"/> frame by frame, and the <see cref="RuleContext"/> around it.</summary>
public sealed class TraceBuilder
{
    private static readonly Address _senderCreator = Address.Parse("0xefc2c1444ebcc4db75e7613d20c6a62ff67a167c");

    private readonly HashSet<Bytes> _preimages = [];
    private readonly Dictionary<Address, StakeInfo> _stakes = [];
    private readonly HashSet<Address> _delegated = [];
    private EntryPoint _entryPoint = A.EntryPoint;
    private UserOperation _operation = A.UserOperation();
    private Action<FrameBuilder> _account = _ => { };
    private Action<FrameBuilder> _factory = _ => { };
    private Action<FrameBuilder> _paymaster = _ => { };
    private Address? _aggregator;
    private int _contextLength;

    public static ChainProfile Chain { get; } = new() { Name = "test", ChainId = 1337, EntryPoints = [], MinStakeWei = 1_000, MinUnstakeDelaySeconds = 86_400 };

    public TraceBuilder At(EntryPoint entryPoint)
    {
        _entryPoint = entryPoint;
        return this;
    }

    public TraceBuilder With(Func<UserOperation, UserOperation> change)
    {
        _operation = change(_operation);
        return this;
    }

    /// <summary>The account comes into being with this operation.</summary>
    public TraceBuilder Deploying() => With(operation => operation with { Factory = A.Factory, FactoryData = Bytes.Parse("0xabcd") });

    public TraceBuilder Paymastered() => With(operation => operation with { Paymaster = A.Paymaster, PaymasterVerificationGasLimit = 100_000 });

    public TraceBuilder InAccount(Action<FrameBuilder> inside)
    {
        _account += inside;
        return this;
    }

    /// <summary>Implies <see cref="Deploying"/>.</summary>
    public TraceBuilder InFactory(Action<FrameBuilder> inside)
    {
        _factory += inside;
        return Deploying();
    }

    /// <summary>Implies <see cref="Paymastered"/>.</summary>
    public TraceBuilder InPaymaster(Action<FrameBuilder> inside)
    {
        _paymaster += inside;
        return Paymastered();
    }

    /// <summary>Something below one of the three kinds of entities.</summary>
    public TraceBuilder In(EntityKind entity, Action<FrameBuilder> inside) => entity switch
    {
        EntityKind.Factory => InFactory(inside),
        EntityKind.Paymaster => InPaymaster(inside),
        _ => InAccount(inside),
    };

    public TraceBuilder Staked(Address address) => WithStake(address, Chain.MinStakeWei, Chain.MinUnstakeDelaySeconds);

    public TraceBuilder WithStake(Address address, UInt256 stake, uint delay)
    {
        _stakes[address] = new StakeInfo(address, stake, delay, UInt256.Zero);
        return this;
    }

    public TraceBuilder Delegated(Address address)
    {
        _delegated.Add(address);
        return this;
    }

    public TraceBuilder Aggregated(Address aggregator)
    {
        _aggregator = aggregator;
        return this;
    }

    public TraceBuilder Hashed(Bytes preimage)
    {
        _preimages.Add(preimage);
        return this;
    }

    public TraceBuilder ReturnsContext(int length)
    {
        _contextLength = length;
        return Paymastered();
    }

    public ValidationTrace Build() => new(Root(), _preimages, ReachedExecution: true);

    public RuleContext Context()
    {
        ValidationTrace trace = Build();
        return new RuleContext
        {
            EntryPoint = _entryPoint,
            Operation = _operation,
            Trace = trace,
            Phases = EntityFrames.Of(trace.Root, _entryPoint, [_operation])[0],
            Stakes = new StakePolicy(Chain),
            Facts = new ValidationFacts
            {
                Sender = _operation.Factory is null ? A.Contracted : A.Absent,
                Factory = _operation.Factory is null ? null : A.Contracted,
                Paymaster = _operation.Paymaster is null ? null : A.Contracted,
                NonceSequence = 0,
                Stakes = _stakes,
            },
            Aggregator = _aggregator is { } aggregator ? _stakes.GetValueOrDefault(aggregator, StakeInfo.None(aggregator)) : null,
            ContextLength = _contextLength,
            Delegated = _delegated,
        };
    }

    /// <summary>Every violation that the rules find.</summary>
    public IReadOnlyList<RuleViolation> Violations() => Erc7562Rules.Judge(Context());

    private CallFrame Root()
    {
        ValidationSelectors selectors = _entryPoint.Bundles.Selectors;
        Address entryPoint = _entryPoint.Address;
        FrameBuilder root = new(CallKind.Call, A.AddressOf(1), entryPoint);
        if (_operation.Factory is { } factory)
        {
            FrameBuilder creator = new FrameBuilder(CallKind.Call, entryPoint, _senderCreator).WithSelector(selectors.CreateSender);
            creator.Add(new FrameBuilder(CallKind.Call, _senderCreator, factory), _factory);
            root.Add(creator);
        }

        root.Add(new FrameBuilder(CallKind.Call, entryPoint, _operation.Sender).WithSelector(selectors.ValidateUserOp), _account);
        if (_operation.Paymaster is { } paymaster)
        {
            root.Add(new FrameBuilder(CallKind.Call, entryPoint, paymaster).WithSelector(selectors.ValidatePaymasterUserOp), _paymaster);
        }

        return root.Build();
    }
}
