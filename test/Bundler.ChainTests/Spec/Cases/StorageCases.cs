using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>STO-010, STO-021, STO-022: the account's own storage, and what is associated with it elsewhere.</summary>
internal static class StorageCases
{
    private const string Inaccessible = "accesses inaccessible storage at address";

    public static IEnumerable<SpecCase> All() => [.. Own(), .. Associated(), .. WhileDeployed()];

    private static IEnumerable<SpecCase> Own()
    {
        yield return SpecCase.Accepted("STO-010", "account SLOAD of its own", stage => stage.Operation(Act.SLoad(5)));
        yield return SpecCase.Accepted("STO-010", "account SSTORE of its own", stage => stage.Operation(Act.SStore(5)));
        yield return SpecCase.Accepted("STO-010", "account by delegatecall SSTORE of its own", stage => stage.Operation(Act.WithCodeOf(stage.Helper, Act.SStore(5))));
        yield return SpecCase.Accepted(
            "STO-010", "account SSTORE of its own while being deployed",
            stage => stage.Deploying(stage.Factory) with { Signature = Act.Encode(Act.SStore(5)) });
        yield return SpecCase.Accepted(
            "STO-010", "paymaster has the account write its own",
            stage => stage.Sponsored(stage.Paymaster, Act.By(stage.Account, Act.SStore(5))));
        yield return SpecCase.Accepted(
            "STO-010", "factory has the account write its own",
            stage => stage.Deploying(stage.Factory, Act.By(stage.SenderOf(stage.Factory), Act.SStore(5))));
    }

    private static IEnumerable<SpecCase> Associated()
    {
        foreach (bool write in (bool[])[false, true])
        {
            string verb = write ? "SSTORE" : "SLOAD";
            string rule = write ? Erc7562Rule.Sto021 : Erc7562Rule.Sto033;
            yield return SpecCase.Accepted(
                "STO-021", $"account {verb} of the slot that is its address",
                stage => stage.Operation(Act.By(stage.Helper, Direct(stage.Account, write))));
            foreach (ulong offset in (ulong[])[0, 1, 128])
            {
                yield return SpecCase.Accepted(
                    "STO-021", $"account {verb} of its mapping entry plus {offset}",
                    stage => stage.Operation(Act.By(stage.Helper, Act.Mapping(stage.Account, offset, write))));
            }

            yield return SpecCase.Accepted(
                "STO-021", $"account {verb} of a nested mapping with its key last",
                stage => stage.Operation(Act.By(stage.Helper, Act.Nested(stage.Nobody, stage.Account, write))));
            yield return Refused(
                rule, "STO-021", $"account {verb} of its mapping entry plus 129",
                stage => stage.Operation(Act.By(stage.Helper, Act.Mapping(stage.Account, 129, write))));
            yield return Refused(
                rule, "STO-021", $"account {verb} of a nested mapping with its key first",
                stage => stage.Operation(Act.By(stage.Helper, Act.Nested(stage.Account, stage.Nobody, write))));
            yield return Refused(
                rule, "STO-021", $"account {verb} of the mapping entry of another",
                stage => stage.Operation(Act.By(stage.Helper, Act.Mapping(stage.Nobody, 0, write))));
            yield return Refused(
                rule, "STO-021", $"account {verb} of any slot elsewhere",
                stage => stage.Operation(Act.By(stage.Helper, write ? Act.SStore(5) : Act.SLoad(5))));
            yield return Refused(
                rule, "STO-021", $"account {verb} in a paymaster",
                stage => stage.Sponsored(stage.Paymaster) with { Signature = Act.Encode(Act.By(stage.Paymaster, write ? Act.SStore(5) : Act.SLoad(5))) });
            yield return SpecCase.Accepted(
                "STO-021", $"paymaster {verb} of the account's mapping entry",
                stage => stage.Sponsored(stage.Paymaster, Act.By(stage.Helper, Act.Mapping(stage.Account, 0, write))));
            yield return Refused(
                rule, "STO-021", $"account {verb} of its own entry in the paymaster",
                stage => stage.Sponsored(stage.Paymaster) with { Signature = Act.Encode(Act.By(stage.Paymaster, Direct(stage.Account, write))) });
        }
    }

    private static IEnumerable<SpecCase> WhileDeployed()
    {
        yield return SpecCase.Accepted(
            "STO-033", "staked account SLOAD of any slot elsewhere", stage => stage.OperationOf(stage.StakedAccount, Act.By(stage.Helper, Act.SLoad(5))));
        yield return SpecCase.Refused(
            "STO-021", "staked account SSTORE of any slot elsewhere", EntityKind.Account, $"account {Inaccessible}",
            stage => stage.OperationOf(stage.StakedAccount, Act.By(stage.Helper, Act.SStore(5))));
        yield return SpecCase.Accepted("STO-033", "staked paymaster SLOAD of the senders mapping entry with an unstaked factory", stage => ByStakedPaymaster(stage, write: false));
        yield return SpecCase.Refused(
            "STO-022", "staked paymaster SSTORE of the senders mapping entry with an unstaked factory", EntityKind.Factory, "unstaked factory: paymaster accessed",
            stage => ByStakedPaymaster(stage, write: true));
        foreach (bool write in (bool[])[false, true])
        {
            string verb = write ? "SSTORE" : "SLOAD";
            yield return SpecCase.Refused(
                "STO-022", $"account {verb} of its mapping entry with an unstaked factory", EntityKind.Factory, "unstaked factory: account accessed",
                stage => Deploying(stage, stage.Factory, write));
            yield return SpecCase.Refused(
                "STO-022", $"factory {verb} of the senders mapping entry", EntityKind.Factory, "unstaked factory: factory accessed",
                stage => stage.Deploying(stage.Factory, Act.By(stage.Helper, Act.Mapping(stage.SenderOf(stage.Factory), 0, write))));
            yield return SpecCase.Refused(
                "STO-022", $"paymaster {verb} of the senders mapping entry", EntityKind.Factory, "unstaked factory: paymaster accessed",
                stage => stage.WithPaymaster(
                    stage.Deploying(stage.Factory), stage.Paymaster, Act.By(stage.Helper, Act.Mapping(stage.SenderOf(stage.Factory), 0, write))));
            yield return SpecCase.StakeTooLow(
                "STO-022", $"account {verb} of its mapping entry with a factory of too little stake", EntityKind.Factory, "unstaked factory: account accessed",
                stage => Deploying(stage, stage.LowFactory, write));
            yield return SpecCase.Accepted(
                "STO-022", $"account {verb} of its mapping entry with a staked factory", stage => Deploying(stage, stage.StakedFactory, write));
        }
    }

    private static UserOperation ByStakedPaymaster(SpecStage stage, bool write) => stage.WithPaymaster(
        stage.Deploying(stage.Factory), stage.StakedPaymaster, Act.By(stage.Helper, Act.Mapping(stage.SenderOf(stage.Factory), 0, write)));

    private static UserOperation Deploying(SpecStage stage, Address factory, bool write) => stage.Deploying(factory) with
    {
        Signature = Act.Encode(Act.By(stage.Helper, Act.Mapping(stage.SenderOf(factory), 3, write))),
    };

    private static Act Direct(Address account, bool write)
    {
        UInt256 slot = account.ToWord().ToUInt256();
        return write ? Act.SStore(slot) : Act.SLoad(slot);
    }

    /// <summary>Reads that no stake covers go by the rule about reading, writes by the one about association.</summary>
    private static SpecCase Refused(string answered, string rule, string title, Func<SpecStage, UserOperation> operation) =>
        SpecCase.Refused(answered == Erc7562Rule.Sto021 ? rule : answered, title, EntityKind.Account, $"account {Inaccessible}", operation);
}
