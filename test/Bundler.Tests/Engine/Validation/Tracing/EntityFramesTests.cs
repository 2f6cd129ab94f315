using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation.Tracing;

public sealed class EntityFramesTests
{
    private static readonly Address _creator = A.AddressOf(1);

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public void The_frames_of_many_operations_are_told_apart(EntryPointVersion version)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(version);
        ValidationSelectors selectors = entryPoint.Bundles.Selectors;
        UserOperation first = A.UserOperation() with { Factory = A.Factory };
        UserOperation second = A.UserOperation() with { Sender = A.AddressOf(2), Paymaster = A.Paymaster };
        UserOperation third = A.UserOperation() with { Sender = A.AddressOf(3) };
        CallFrame root = Root(
            entryPoint,
            From(entryPoint, _creator, selectors.CreateSender, new FrameBuilder(CallKind.Call, _creator, A.Factory).UsesGas(7)).UsesGas(10),
            From(entryPoint, first.Sender, selectors.ValidateUserOp).UsesGas(5),
            From(entryPoint, second.Sender, selectors.ValidateUserOp).UsesGas(6),
            From(entryPoint, A.Paymaster, selectors.ValidatePaymasterUserOp).UsesGas(8),
            From(entryPoint, entryPoint.Address, selectors.InnerHandleOp),
            From(entryPoint, third.Sender, selectors.ValidateUserOp));

        IReadOnlyList<OperationFrames> frames = EntityFrames.Of(root, entryPoint, [first, second, third]);

        Assert.That(frames[0].Factory!.Path, Is.EqualTo("0.0"));
        Assert.That(frames[0].VerificationGasUsed, Is.EqualTo(15));
        Assert.That(frames[0].Paymaster, Is.Null);
        Assert.That(frames[1].Account!.Path, Is.EqualTo("2"));
        Assert.That(frames[1].Paymaster!.Entity, Is.EqualTo(new Entity(EntityKind.Paymaster, A.Paymaster)));
        Assert.That(frames[1].PaymasterVerificationGasUsed, Is.EqualTo(8));
        Assert.That(frames[2].Phases, Is.Empty, "what follows innerHandleOp is execution");
    }

    [Test]
    public void The_initialisation_of_a_delegated_sender_is_the_accounts_own()
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V08);
        UserOperation operation = A.UserOperation() with { Factory = Eip7702Marker.Address, FactoryData = Bytes.Parse("0x01") };
        CallFrame root = Root(
            entryPoint,
            From(entryPoint, _creator, entryPoint.Bundles.Selectors.InitEip7702Sender, new FrameBuilder(CallKind.Call, _creator, A.Account)));

        OperationFrames frames = EntityFrames.Of(root, entryPoint, [operation])[0];

        Assert.That(frames.Initialization!.Entity, Is.EqualTo(new Entity(EntityKind.Account, A.Account)));
        Assert.That(frames.Factory, Is.Null);
    }

    private static CallFrame Root(EntryPoint entryPoint, params FrameBuilder[] calls)
    {
        FrameBuilder root = new(CallKind.Call, A.AddressOf(9), entryPoint.Address);
        foreach (FrameBuilder call in calls)
        {
            root.Add(call);
        }

        return root.Build();
    }

    private static FrameBuilder From(EntryPoint entryPoint, Address to, uint selector, FrameBuilder? inside = null)
    {
        FrameBuilder frame = new FrameBuilder(CallKind.Call, entryPoint.Address, to).WithSelector(selector);
        return inside is null ? frame : frame.Add(inside);
    }
}
