using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

/// <summary>The files in entrypoint-abi against the selectors and topics that the deployed EntryPoints are known by.</summary>
public sealed class EntryPointInterfaceTests
{
    private const string OperationV06 = "(address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes,bytes)";
    private const string OperationV07 = "(address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)";

    private static readonly Dictionary<string, AbiContract> Interfaces =
        new[] { "v0.6", "v0.7", "v0.8", "v0.9" }.ToDictionary(version => version, version => AbiContract.Parse(File.ReadAllText(InterfaceFile(version))));

    [TestCase("handleOps", 0x1fad948cu, "v0.6")]
    [TestCase("handleOps", 0x765e827fu, "v0.7", "v0.8", "v0.9")]
    [TestCase("handleAggregatedOps", 0x4b1d7cf5u, "v0.6")]
    [TestCase("handleAggregatedOps", 0xdbed18e0u, "v0.7", "v0.8", "v0.9")]
    [TestCase("getUserOpHash", 0xa6193531u, "v0.6")]
    [TestCase("getUserOpHash", 0x22cdde4cu, "v0.7", "v0.8", "v0.9")]
    [TestCase("innerHandleOp", 0x1d732756u, "v0.6")]
    [TestCase("innerHandleOp", 0x0042dc53u, "v0.7", "v0.8", "v0.9")]
    [TestCase("simulateValidation", 0xee219423u, "v0.6")]
    [TestCase("simulateHandleOp", 0xd6383f94u, "v0.6")]
    [TestCase("deposits", 0xfc7e286du, "v0.6", "v0.7")]
    [TestCase("getNonce", 0x35567e1au, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("incrementNonce", 0x0bd28e3bu, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("nonceSequenceNumber", 0x1b2e01b8u, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("depositTo", 0xb760faf9u, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("balanceOf", 0x70a08231u, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("getDepositInfo", 0x5287ce12u, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("addStake", 0x0396cb60u, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("unlockStake", 0xbb9fe6bfu, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("withdrawStake", 0xc23a5ceau, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("withdrawTo", 0x205c2878u, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("getSenderAddress", 0x9b249f69u, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("supportsInterface", 0x01ffc9a7u, "v0.7", "v0.8", "v0.9")]
    [TestCase("delegateAndRevert", 0x850aaf62u, "v0.7", "v0.8", "v0.9")]
    [TestCase("senderCreator", 0x09ccb880u, "v0.8", "v0.9")]
    [TestCase("getDomainSeparatorV4", 0x13c65a6eu, "v0.8", "v0.9")]
    [TestCase("getPackedUserOpTypeHash", 0x154e58dcu, "v0.8", "v0.9")]
    [TestCase("eip712Domain", 0x84b0196eu, "v0.8", "v0.9")]
    [TestCase("getCurrentUserOpHash", 0xb0a398d1u, "v0.9")]
    public void A_function_has_its_selector(string name, uint selector, params string[] versions) =>
        Assert.That(VersionsWith(contract => contract.Functions.Any(function => function.Name == name && function.Selector == selector)), Is.EqualTo(versions));

    [TestCase("UserOperationEvent", "0x49628fd1471006c1482da88028e9ce4dbb080b815c9b0344d39e5a8e6ec1419f", "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("AccountDeployed", "0xd51a9c61267aa6196961883ecf5ff2da6619c37dac0fa92122513fb32c032d2d", "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("BeforeExecution", "0xbb47ee3e183a558b1a2ff0874b079f3fc5478b7454eacf2bfc5af2ff5878f972", "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("UserOperationRevertReason", "0x1c4fada7374c0a9ee8841fc38afe82932dc0f8e69012e927f061a8bae611a201", "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("PostOpRevertReason", "0xf62676f440ff169a3a9afdbf812e89e7f95975ee8e5c31214ffdef631c5f4792", "v0.7", "v0.8", "v0.9")]
    [TestCase("UserOperationPrefundTooLow", "0x67b4fa9642f42120bf031f3051d1824b0fe25627945b27b8a6a65d5761d5482e", "v0.7", "v0.8", "v0.9")]
    [TestCase("SignatureAggregatorChanged", "0x575ff3acadd5ab348fe1855e217e0f3678f8d767d7494c9f9fefbee2e17cca4d", "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("Deposited", "0x2da466a7b24304f47e87fa2e1e5a81b9831ce54fec19055ce277ca2f39ba42c4", "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("Withdrawn", "0xd1c19fbcd4551a5edfb66d43d2e337c04837afda3482b42bdf569a8fccdae5fb", "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("StakeLocked", "0xa5ae833d0bb1dcd632d98a8b70973e8516812898e19bf27b70071ebc8dc52c01", "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("StakeUnlocked", "0xfa9b3c14cc825c412c9ed81b3ba365a5b459439403f18829e572ed53a4180f0a", "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("StakeWithdrawn", "0xb7c918e0e249f999e965cafeb6c664271b3f4317d296461500e71da39f0cbda3", "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("EIP712DomainChanged", "0x0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31", "v0.8", "v0.9")]
    [TestCase("EIP7702AccountInitialized", "0x7c9f9ade6a03a0bba484e52df872467a270e798ffc1adab9dfaa8d0e627f0544", "v0.9")]
    [TestCase("IgnoredInitCode", "0xa39bcda08ffd11bafb11c4f170ef24fc6dc1a9d1b0394d90dbd19e0b919050e9", "v0.9")]
    public void An_event_has_its_topic(string name, string topic, params string[] versions) =>
        Assert.That(VersionsWith(contract => contract.Events.Any(e => e.Name == name && e.Topic == Hash32.Parse(topic))), Is.EqualTo(versions));

    [TestCase("FailedOp", 0x220266b6u, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("FailedOpWithRevert", 0x65c8fd4du, "v0.7", "v0.8", "v0.9")]
    [TestCase("ValidationResult", 0xe0cff05fu, "v0.6")]
    [TestCase("ValidationResultWithAggregation", 0xfaecb4e4u, "v0.6")]
    [TestCase("ExecutionResult", 0x8b7ac980u, "v0.6")]
    [TestCase("SenderAddressResult", 0x6ca7b806u, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("SignatureValidationFailed", 0x86a9f750u, "v0.6", "v0.7", "v0.8", "v0.9")]
    [TestCase("PostOpReverted", 0xad7954bcu, "v0.7", "v0.8", "v0.9")]
    [TestCase("DelegateAndRevert", 0x99410554u, "v0.7", "v0.8", "v0.9")]
    [TestCase("ReentrancyGuardReentrantCall", 0x3ee5aeb5u, "v0.7", "v0.8")]
    [TestCase("Reentrancy", 0xab143c06u, "v0.9")]
    [TestCase("InvalidBeneficiary", 0x1a3b45fdu, "v0.9")]
    [TestCase("FailedSendToBeneficiary", 0x40848e61u, "v0.9")]
    [TestCase("InternalFunction", 0x9fbdaa09u, "v0.9")]
    [TestCase("InvalidPaymaster", 0xd8ccb292u, "v0.9")]
    [TestCase("InvalidPaymasterData", 0x120aaab5u, "v0.9")]
    [TestCase("InvalidPaymasterSignatureLength", 0x07b9a191u, "v0.9")]
    [TestCase("Eip7702SenderNotDelegate", 0x9f4e4cc9u, "v0.9")]
    [TestCase("Eip7702SenderWithoutCode", 0xe5819b95u, "v0.9")]
    [TestCase("InsufficientDeposit", 0x25c3f46eu, "v0.9")]
    [TestCase("InvalidStake", 0x0e10009cu, "v0.9")]
    [TestCase("InvalidUnstakeDelay", 0xe1823bceu, "v0.9")]
    [TestCase("NotStaked", 0x8421e8e5u, "v0.9")]
    [TestCase("StakeNotUnlocked", 0xfbd021d6u, "v0.9")]
    [TestCase("WithdrawalNotDue", 0x561d3312u, "v0.9")]
    [TestCase("StakeWithdrawalFailed", 0x0dcf087cu, "v0.9")]
    [TestCase("DepositWithdrawalFailed", 0x9f3d6933u, "v0.9")]
    [TestCase("NotFromEntryPoint", 0xfe34a6d3u, "v0.9")]
    public void An_error_has_its_selector(string name, uint selector, params string[] versions) =>
        Assert.That(VersionsWith(contract => contract.Errors.Any(error => error.Name == name && error.Selector == selector)), Is.EqualTo(versions));

    [TestCase("simulateValidation(" + OperationV07 + ")", 0xc3bce009u)]
    [TestCase("simulateHandleOp(" + OperationV07 + ",address,bytes)", 0x97b2dcb9u)]
    [TestCase("validateUserOp(" + OperationV06 + ",bytes32,uint256)", 0x3a871cddu)]
    [TestCase("validateUserOp(" + OperationV07 + ",bytes32,uint256)", 0x19822f7cu)]
    [TestCase("validatePaymasterUserOp(" + OperationV06 + ",bytes32,uint256)", 0xf465c77eu)]
    [TestCase("validatePaymasterUserOp(" + OperationV07 + ",bytes32,uint256)", 0x52b7512cu)]
    [TestCase("postOp(uint8,bytes,uint256)", 0xa9a23409u)]
    [TestCase("postOp(uint8,bytes,uint256,uint256)", 0x7c627b21u)]
    [TestCase("executeUserOp(" + OperationV07 + ",bytes32)", 0x8dd7712fu)]
    [TestCase("validateUserOpSignature(" + OperationV06 + ")", 0x64c530cdu)]
    [TestCase("aggregateSignatures(" + OperationV06 + "[])", 0x275e2d79u)]
    [TestCase("validateSignatures(" + OperationV06 + "[],bytes)", 0xe3563a4fu)]
    [TestCase("validateUserOpSignature(" + OperationV07 + ")", 0x062a422bu)]
    [TestCase("aggregateSignatures(" + OperationV07 + "[])", 0xae574a43u)]
    [TestCase("validateSignatures(" + OperationV07 + "[],bytes)", 0x2dd81133u)]
    [TestCase("createSender(bytes)", 0x570e1a36u)]
    [TestCase("initEip7702Sender(address,bytes)", 0xc09ad0d9u)]
    public void A_function_around_the_EntryPoint_has_its_selector(string signature, uint selector) =>
        Assert.That(AbiFunction.Parse(signature).Selector, Is.EqualTo(selector));

    [TestCase("Error", 0x08c379a0u)]
    [TestCase("Panic", 0x4e487b71u)]
    public void The_errors_of_the_language_have_their_selectors(string name, uint selector) =>
        Assert.That(new[] { AbiError.Message, AbiError.Panic }.Single(error => error.Name == name).Selector, Is.EqualTo(selector));

    [Test]
    public void A_user_operation_event_indexes_hash_sender_and_paymaster([Values("v0.6", "v0.7", "v0.8", "v0.9")] string version) =>
        Assert.That(
            Interfaces[version].Event("UserOperationEvent").Inputs.Components.Where(input => input.Indexed).Select(input => input.Name),
            Is.EqualTo(new[] { "userOpHash", "sender", "paymaster" }));

    private static string[] VersionsWith(Func<AbiContract, bool> has) => [.. Interfaces.Where(pair => has(pair.Value)).Select(pair => pair.Key)];

    private static string InterfaceFile(string version)
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Bundler.sln")))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory!.FullName, "entrypoint-abi", version, "EntryPoint.json");
    }
}
