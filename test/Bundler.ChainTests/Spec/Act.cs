using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec;

/// <summary>One thing that a rule contract does when it is told to; test/contracts/Actor.sol knows the kinds.</summary>
internal sealed record Act(int Kind, Address Target = default, UInt256 Amount = default, UInt256 Offset = default, Bytes Data = default)
{
    private const int ExtCodeSizeIsZero = 0x101;
    private const int ReadMapping = 0x102;
    private const int WriteMapping = 0x103;
    private const int ReadNested = 0x104;
    private const int WriteNested = 0x105;
    private const int LimitedCall = 0x106;
    private const int LimitedDelegateCall = 0x107;
    private const int LoopForever = 0x108;
    private const int RevertNow = 0x109;

    private static readonly AbiType _list = AbiTypeParser.Parse("(uint256,address,uint256,uint256,bytes)[]");
    private static readonly AbiFunction _run = AbiFunction.Parse("run((uint256,address,uint256,uint256,bytes)[])");

    /// <summary>An opcode that needs nothing, or an amount.</summary>
    public static Act Opcode(byte opcode, UInt256 amount = default) => new(opcode, Amount: amount);

    /// <summary>EXTCODE* or BALANCE of an address.</summary>
    public static Act Look(byte opcode, Address at) => new(opcode, at);

    /// <summary>EXTCODESIZE followed by ISZERO.</summary>
    public static Act LookIfThere(Address at) => new(ExtCodeSizeIsZero, at);

    public static Act Call(Address target, Bytes data = default, UInt256 value = default) => new(0xf1, target, value, Data: data);

    public static Act DelegateCall(Address target, Bytes data = default) => new(0xf4, target, Data: data);

    public static Act StaticCall(Address target, Bytes data = default) => new(0xfa, target, Data: data);

    /// <summary>A call that gets only so much gas, for code that burns all it gets.</summary>
    public static Act CallWithGas(Address target, UInt256 gas, Bytes data = default) => new(LimitedCall, target, gas, Data: data);

    public static Act DelegateCallWithGas(Address target, UInt256 gas, Bytes data = default) => new(LimitedDelegateCall, target, gas, Data: data);

    /// <summary>The same acts by another actor.</summary>
    public static Act By(Address actor, params Act[] acts) => Call(actor, Run(acts));

    /// <summary>The same acts by another actor's code in this one's context.</summary>
    public static Act WithCodeOf(Address actor, params Act[] acts) => DelegateCall(actor, Run(acts));

    public static Act Create(Bytes initCode) => new(0xf0, Data: initCode);

    public static Act Create2(Bytes initCode, UInt256 salt) => new(0xf5, Amount: salt, Data: initCode);

    public static Act SLoad(UInt256 slot) => Opcode(0x54, slot);

    public static Act SStore(UInt256 slot) => Opcode(0x55, slot);

    public static Act TLoad(UInt256 slot) => Opcode(0x5c, slot);

    public static Act TStore(UInt256 slot) => Opcode(0x5d, slot);

    /// <summary>Slot keccak(key ‖ 1) + offset.</summary>
    public static Act Mapping(Address key, UInt256 offset = default, bool write = false) => new(write ? WriteMapping : ReadMapping, key, 1, offset);

    /// <summary>Slot keccak(key ‖ keccak(outer ‖ 1)).</summary>
    public static Act Nested(Address outer, Address key, bool write = false) =>
        new(write ? WriteNested : ReadNested, key, 1, outer.ToWord().ToUInt256());

    public static Act Loop() => new(LoopForever);

    public static Act Revert() => new(RevertNow);

    /// <summary>What the contract returns: validation data, a sender's address, or the length of a context.</summary>
    public static Act Answer(UInt256 value) => new(0x100, Amount: value);

    public static Bytes Encode(params Act[] acts) => acts.Length == 0 ? Bytes.Empty : AbiEncoder.Encode([_list], [Values(acts)]);

    /// <summary>Call data of an actor.</summary>
    public static Bytes Run(params Act[] acts) => _run.EncodeCall([Values(acts)]);

    private static object Values(Act[] acts) =>
        acts.Select(act => (object)new object[] { (UInt256)(ulong)act.Kind, act.Target, act.Amount, act.Offset, act.Data }).ToArray();
}
