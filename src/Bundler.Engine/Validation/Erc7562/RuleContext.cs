using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>The numbers of the LIM rules that are judged after the trace.</summary>
/// <param name="ValidationGasSlack">LIM-030, gas.</param>
/// <param name="MaxContextSize">LIM-020, bytes.</param>
public sealed record RuleLimits(uint ValidationGasSlack = Erc7562Constants.ValidationGasSlack, int MaxContextSize = Erc7562Constants.MaxContextSize);

/// <summary>All that a rule may know of one operation and the trace of its validation.</summary>
public sealed class RuleContext
{
    private readonly Lazy<IReadOnlyList<EntityFrame>> _frames;
    private readonly Lazy<AssociatedStorage> _associated;
    private readonly Lazy<IReadOnlySet<Address>> _created;

    public RuleContext()
    {
        _frames = new(() => [.. Phases!.Phases.SelectMany(phase => phase.Tree())]);
        _associated = new(() => new AssociatedStorage(Trace!.KeccakPreimages));
        _created = new(() => Frames.Where(visited => visited.Frame.IsCreation).Select(visited => visited.Frame.To).OfType<Address>().ToHashSet());
    }

    public required EntryPoint EntryPoint { get; init; }

    public required UserOperation Operation { get; init; }

    public required ValidationFacts Facts { get; init; }

    public required ValidationTrace Trace { get; init; }

    /// <summary>The operation's own frames in the trace.</summary>
    public required OperationFrames Phases { get; init; }

    public required StakePolicy Stakes { get; init; }

    public RuleLimits Limits { get; init; } = new();

    /// <summary>The rules in force: an exception holds only if its rule is among them.</summary>
    public RuleSet Rules { get; init; } = RuleSet.All;

    /// <summary>The aggregator that the account named, with its stake.</summary>
    public StakeInfo? Aggregator { get; init; }

    /// <summary>Bytes of context that the paymaster returned.</summary>
    public int ContextLength { get; init; }

    /// <summary>The visited addresses whose code is an EIP-7702 delegation.</summary>
    public IReadOnlySet<Address> Delegated { get; init; } = new HashSet<Address>();

    /// <summary>Every frame of the restricted phases, in order, with the entity that is answerable for it.</summary>
    public IReadOnlyList<EntityFrame> Frames => _frames.Value;

    public AssociatedStorage Associated => _associated.Value;

    /// <summary>Contracts that came into being during validation.</summary>
    public IReadOnlySet<Address> Created => _created.Value;

    public Address Sender => Operation.Sender;

    /// <summary>The factory that deploys the sender; the EIP-7702 marker is none.</summary>
    public Address? Factory => Operation.Factory == Eip7702Marker.Address ? null : Operation.Factory;

    public Entity Account => new(EntityKind.Account, Sender);

    /// <summary>Factory, paymaster and aggregator, as far as there are any.</summary>
    public IEnumerable<Entity> OtherEntities
    {
        get
        {
            if (Factory is { } factory)
            {
                yield return new Entity(EntityKind.Factory, factory);
            }

            if (Operation.Paymaster is { } paymaster)
            {
                yield return new Entity(EntityKind.Paymaster, paymaster);
            }

            if (Aggregator is { } aggregator)
            {
                yield return new Entity(EntityKind.Aggregator, aggregator.Address);
            }
        }
    }

    public StakeInfo StakeOf(Address address) => Aggregator is { } info && info.Address == address ? info : Facts.StakeOf(address);

    /// <summary>SREP-010.</summary>
    public bool IsStaked(Address address) => Rules.Has(Erc7562Rule.Srep010) && Stakes.IsStaked(StakeOf(address));

    /// <summary>Whether there is a factory, and it is staked.</summary>
    public bool HasStakedFactory => Factory is { } factory && IsStaked(factory);

    public bool IsEntity(Address address) => address == Sender || OtherEntities.Any(entity => entity.Address == address);
}
