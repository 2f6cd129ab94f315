using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Node.Startup;
using Bundler.Testing;

namespace Bundler.Tests.Node;

public sealed class StartupChecksTests
{
    private static readonly Address _signer = DevAccounts.All[0].Address;
    private static readonly ChainProfile _bsc = new() { Name = "bsc", ChainId = 56, EntryPoints = [] };
    private static readonly ChainProfile _dev = new() { Name = "dev", ChainId = 1337, EntryPoints = [], Development = true };

    private static StartupFacts Good => new()
    {
        NodeChainId = 56,
        Profile = _bsc,
        EntryPoints = [new EntryPointFact(new ListedEntryPoint(Deployments.EntryPointV07, EntryPointVersion.V07, false), true)],
        Signers = [new SignerFact(_signer, 1, false)],
    };

    [Test]
    public void Good_facts_have_no_findings() => Assert.That(StartupChecks.Find(Good), Is.Empty);

    [Test]
    public void All_findings_are_told_at_once()
    {
        StartupFacts facts = Good with
        {
            ConfigurationFaults = ["first"],
            SystemFaults = ["second"],
            NodeChainId = 1,
            EntryPoints = [new EntryPointFact(new ListedEntryPoint(Deployments.EntryPointV08, null, true), false)],
            Signers = [new SignerFact(_signer, 0, false)],
            TracerFault = "last",
        };

        Assert.That(StartupChecks.Find(facts), Is.EqualTo(new[]
        {
            "first",
            "second",
            "The Ethereum node is on chain 1, and the configuration is for chain 56 (bsc).",
            $"The version of the EntryPoint {Deployments.EntryPointV08} is not known: write {Deployments.EntryPointV08}=0.7, or whichever of 0.6, 0.7, 0.8 or 0.9 it is.",
            $"The EntryPoint {Deployments.EntryPointV08} has no code on chain 1.",
            $"The signer {_signer} has no funds on chain 1.",
            "last",
        }));
    }

    [TestCase(NodeRoles.Rpc | NodeRoles.Index, "leaves out bundle")]
    [TestCase(NodeRoles.Rpc | NodeRoles.Bundle, "leaves out index")]
    [TestCase(NodeRoles.Index, "leaves out rpc, bundle")]
    public void With_a_database_of_its_own_a_node_has_every_role(NodeRoles roles, string finding)
    {
        StartupFacts facts = Good with { Roles = roles, HasOperatorAddress = true };

        Assert.That(StartupChecks.Find(facts), Is.Empty);
        Assert.That(StartupChecks.Find(facts with { IsAlone = true }), Has.Count.EqualTo(1).And.One.Contains(finding));
    }

    [Test]
    public void With_a_database_of_its_own_a_node_may_do_without_sponsoring() =>
        Assert.That(StartupChecks.Find(Good with { Roles = NodeRoles.All & ~NodeRoles.Sponsor, IsAlone = true }), Is.Empty);

    [Test]
    public void A_node_without_a_public_port_needs_an_address_where_its_health_is_asked()
    {
        StartupFacts facts = Good with { Roles = NodeRoles.Bundle };

        Assert.That(StartupChecks.Find(facts), Has.Count.EqualTo(1).And.One.Contains("Bundler:Rpc:OperatorAddress"));
        Assert.That(StartupChecks.Find(facts with { HasOperatorAddress = true }), Is.Empty);
    }

    [Test]
    public void A_known_EntryPoint_without_code_is_no_finding_as_long_as_another_has_some()
    {
        EntryPointFact absent = new(new ListedEntryPoint(Deployments.EntryPointV08, EntryPointVersion.V08, false), false);

        Assert.That(StartupChecks.Find(Good with { EntryPoints = [.. Good.EntryPoints, absent] }), Is.Empty);
        Assert.That(StartupChecks.Find(Good with { EntryPoints = [absent] }), Has.Count.EqualTo(1).And.One.StartsWith("None of the known EntryPoints has code"));
    }

    [Test]
    public void A_chain_without_a_file_is_told_with_those_that_have_one()
    {
        StartupFacts facts = new() { NodeChainId = 4242, ChainFiles = ChainProfileFile.LoadAll(Repo.PathOf("config/chains")) };

        Assert.That(StartupChecks.Find(facts), Has.Count.EqualTo(1).And.One.Contains("on chain 4242, which no chain file describes").And.One.Contains("bsc (56)"));
    }

    [Test]
    public void Without_a_signer_only_a_development_chain_starts()
    {
        Assert.That(StartupChecks.Find(Good with { Signers = [], HasNoSigner = true }), Is.EqualTo(new[]
        {
            "There is no signer for bundles on chain 56: name a key with --signer-key-file.",
        }));
        Assert.That(StartupChecks.Find(Good with { NodeChainId = 1337, Profile = _dev, Signers = [], HasNoSigner = true }), Is.Empty);
    }

    [Test]
    public void Faults_on_demand_are_for_development_chains()
    {
        Assert.That(StartupChecks.Find(Good with { HasFaultsOnDemand = true }), Is.EqualTo(new[]
        {
            "Bundler:Development asks for faults, which only development chains have, not chain 56.",
        }));
        Assert.That(StartupChecks.Find(Good with { NodeChainId = 1337, Profile = _dev, HasFaultsOnDemand = true }), Is.Empty);
    }

    [Test]
    public void A_key_in_this_process_needs_a_word_outside_of_development()
    {
        Assert.That(StartupChecks.Find(Good with { HasUnallowedLocalKey = true }), Is.EqualTo(new[]
        {
            "A key in this process (key file, keystore, mnemonic) does not sign on chain 56: use a KMS or HSM, or allow it with --allow-local-key.",
        }));
        Assert.That(StartupChecks.Find(Good with { HasUnallowedLocalKey = true, NodeChainId = 1337, Profile = _dev }), Is.Empty);
    }

    [Test]
    public void The_well_known_key_does_not_sign_on_a_chain_that_only_says_it_is_for_development()
    {
        StartupFacts facts = Good with { Profile = _bsc with { Development = true }, Signers = [], HasNoSigner = true };

        Assert.That(StartupChecks.Find(facts), Is.EqualTo(new[]
        {
            "Bundler:Chain:Development is for the chain ids 1337 and 31337, not for 56.",
            "There is no signer for bundles on chain 56: name a key with --signer-key-file.",
        }));
    }

    [Test]
    public void An_unfunded_signer_may_start_on_a_development_chain() =>
        Assert.That(StartupChecks.Find(Good with { NodeChainId = 1337, Profile = _dev, Signers = [new SignerFact(_signer, 0, false)] }), Is.Empty);

    [Test]
    public void A_signer_with_code_is_refused_when_EntryPoint_0_9_is_served()
    {
        EntryPointFact served = new(new ListedEntryPoint(Deployments.EntryPointV09, EntryPointVersion.V09, false), true);
        StartupFacts facts = Good with { Signers = [new SignerFact(_signer, 1, true)] };

        Assert.That(StartupChecks.Find(facts), Is.Empty);
        Assert.That(StartupChecks.Find(facts with { EntryPoints = [served] }), Has.Count.EqualTo(1).And.One.StartsWith($"The signer {_signer} has code"));
    }
}
