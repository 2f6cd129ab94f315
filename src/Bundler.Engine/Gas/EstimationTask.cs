using System.Buffers.Binary;
using Bundler.Contracts;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>What the estimating call is told: the operation as the calls of its EntryPoint's version, the limits that were given, the bounds.</summary>
internal sealed record EstimationTask(EntryPoint EntryPoint, PartialUserOperation Partial, EstimationBounds Bounds)
{
    /// <summary>Where the helper expects the EntryPoint's own code (ENTRY_POINT_CODE).</summary>
    public static Address EntryPointCodeAddress { get; } = Address.Parse("0x583F5BD616F010D4412e653290dBcd3F81dCfc9E");

    /// <summary>Where the helper expects <see cref="KeepsHash"/> (HASH_KEEPER).</summary>
    public static Address HashKeeperAddress { get; } = Address.Parse("0xC99d3817d5A16C4334DD51426234dc6De98785B3");

    /// <summary>Nobody's: v0.9 refuses callers with code.</summary>
    public static Address Caller { get; } = Address.Parse("0x4d4C20f6B4E0034622aCE1B779a74A6c90e2FB59");

    // push0 calldataload push0 tstore stop: v0.9's getCurrentUserOpHash reads that slot.
    private static readonly Bytes KeepsHash = Bytes.Parse("0x5f355f5d00");

    // What stands in the operation for a limit that is to be found: accounts and paymasters may look at it.
    private const ulong AssumedLimit = 100_000;

    // v0.6 has a paymaster pay for postOp with verificationGasLimit as well.
    private const ulong VerificationTimesOfV06 = 3;

    private const int Selector = 4;
    private const int Word = 32;
    private const int HalfWord = 16;

    // handleOps([op], beneficiary): two words, the array's length, the offset of its one element.
    private const int TupleAt = Selector + 4 * Word;

    private static readonly AbiFunction Estimate = ContractArtifact.EstimationHelper.Abi.Function("estimate");
    private static readonly AbiFunction Execute = ContractArtifact.EstimationHelper.Abi.Function("execute");

    private UserOperation Operation => Partial.Operation;

    private bool RemembersHash => EntryPoint.Version >= EntryPointVersion.V09;

    /// <summary>The signature that the account sees.</summary>
    public Bytes Signature { get; init; } = Partial.HasSignature ? Partial.Operation.Signature : DummySignature.Readable(Partial.Operation.Signature);

    /// <summary>What preVerificationGas will be, near enough for the prefund.</summary>
    public UInt256 PreVerificationGas { get; init; }

    /// <summary>wei per gas: the operation's own, or what an operation of the coming block is likely to pay.</summary>
    public UInt256 Fee { get; init; }

    /// <summary>The largest callGasLimit that is looked for.</summary>
    public UInt256 MaxCallGas { get; init; } = Bounds.MaxCallGas;

    /// <summary>Gas that is added to a verificationGasLimit that was given, for what the helper itself takes of it.</summary>
    public ulong Lent { get; init; }

    /// <summary>A limit for postOp that was not given is zero: the paymaster has no postOp, and refuses operations that would pay for one.</summary>
    public bool HasNoPostOp { get; init; }

    /// <summary>No further call changes that bound.</summary>
    public bool IsBoundFinal { get; init; }

    /// <summary>What an earlier call found out about callGasLimit before its gas ran short.</summary>
    public GasRange CallRange { get; init; }

    /// <summary>More gas than any attempt asks a sender to pay for; at 1 wei, what it must have.</summary>
    public UInt256 MostPaidGas =>
        UInt256.Max(Operation.VerificationGasLimit, Bounds.MaxVerificationGas) + UInt256.Max(Operation.CallGasLimit, AssumedLimit) + PreVerificationGas + 1;

    /// <summary>An address whose code the caller would change, and where the estimation needs its own, or the EntryPoint's; <c>null</c> when there is none.</summary>
    public static Address? FindOwnCode(EntryPoint entryPoint, StateOverride state)
    {
        Address[] own = [entryPoint.Address, EntryPointCodeAddress, HashKeeperAddress, Caller];
        foreach (Address address in own)
        {
            if (state.Accounts.TryGetValue(address, out AccountOverride? account) && account.Code is not null)
            {
                return address;
            }
        }

        return null;
    }

    /// <summary>The state in which the call runs.</summary>
    public StateOverride Overrides(StateOverride state, Bytes entryPointCode)
    {
        if (Operation.Eip7702Auth is { } authorization)
        {
            state = state.With(Operation.Sender, account => account with { Code = HandleOpsCall.DelegationCode(authorization.Address) });
        }

        if (RemembersHash)
        {
            state = state.With(HashKeeperAddress, new AccountOverride { Code = KeepsHash });
        }

        return state
            .With(EntryPointCodeAddress, new AccountOverride { Code = entryPointCode })
            .With(EntryPoint.Address, account => account with { Code = ContractArtifact.EstimationHelper.DeployedBytecode });
    }

    public CallRequest ToCall() => ToCall(Estimate.EncodeCall(UInt256.Zero, UInt256.Zero, UInt256.Zero, ToTuple(Given(Partial.HasCallGasLimit, Operation.CallGasLimit), PostOpGas)));

    /// <summary>The operation once, with the limits of its call and of postOp that it names.</summary>
    /// <param name="limited">The operation with all limits.</param>
    /// <param name="shown">What a paymaster is shown as the cost, wei.</param>
    public CallRequest ToRun(UserOperation limited, UInt256 shown)
    {
        UInt256 verification = Partial.HasVerificationGasLimit ? Operation.VerificationGasLimit : Bounds.MaxVerificationGas;
        // v0.6 gives postOp the verification limit.
        UInt256 postOp = EntryPoint.HasPaymasterGasLimits ? limited.PaymasterPostOpGasLimit : verification;
        return ToCall(Execute.EncodeCall(verification, UInt256.Zero, shown, ToTuple(limited.CallGasLimit, postOp)));
    }

    /// <summary>Validation, the call where it is wanted, and postOp with this limit.</summary>
    public CallRequest ToPostOp(UInt256 postOpGas, bool withCall)
    {
        UInt256 shown = EntryPoint.RequiredPrefund(Operation with { MaxFeePerGas = Fee });
        return ToCall(Execute.EncodeCall(Operation.VerificationGasLimit, UInt256.Zero, shown, ToTuple(Operation.CallGasLimit, postOpGas, withCall)));
    }

    private UInt256 PostOpGas => Given(Partial.HasPaymasterPostOpGasLimit, Operation.PaymasterPostOpGasLimit);

    private CallRequest ToCall(Bytes data) => new() { From = Caller, To = EntryPoint.Address, Data = data, Gas = Bounds.CallGas };

    private object[] ToTuple(UInt256 callGas, UInt256 postOpGas, bool withCall = true)
    {
        OperationCalls calls = OperationCalls.Of(EntryPoint.Version);
        UserOperation operation = Assumed();
        object[] tuple = EntryPoint.Operations.ToTuple(operation);
        Bytes handleOps = EntryPoint.Bundles.EncodeHandleOps([operation], Caller);
        bool isV06 = EntryPoint.Version == EntryPointVersion.V06;
        int paymasterAt = operation.Paymaster is null || isV06 ? 0 : PaymasterAt(handleOps);
        bool executesOperation = !isV06 && calls.ExecuteUserOp.Matches(operation.CallData);
        Bytes execute = !withCall ? Bytes.Empty : executesOperation ? calls.ExecuteUserOp.EncodeCall(tuple, Hash32.Zero) : operation.CallData;
        (Bytes createSender, bool initializes) = CreateSender();
        return
        [
            operation.Sender,
            SenderCreator(EntryPoint.Address),
            operation.Paymaster ?? Address.Zero,
            handleOps,
            At(isV06 ? 5 : 4, isV06),
            isV06 ? At(4, true) : TupleAt + 4 * Word + HalfWord,
            paymasterAt == 0 ? 0 : paymasterAt + Address.Size,
            paymasterAt == 0 ? 0 : paymasterAt + Address.Size + HalfWord,
            isV06 ? At(7, true) : TupleAt + 6 * Word + HalfWord,
            calls.GetUserOpHash.EncodeCall([tuple]),
            createSender,
            initializes,
            calls.ValidateUserOp.EncodeCall(tuple, Hash32.Zero, UInt256.Zero),
            operation.Paymaster is null ? Bytes.Empty : calls.ValidatePaymasterUserOp.EncodeCall(tuple, Hash32.Zero, UInt256.Zero),
            execute,
            executesOperation ? Selector + Word : 0,
            SelectorBytes(calls.PostOp),
            !isV06,
            RemembersHash,
            Operation.Eip7702Auth is not null,
            Fee,
            EntryPoint.RequiredPrefund(operation),
            EntryPoint.RequiredPrefund(Least()),
            isV06 && operation.Paymaster is not null ? VerificationTimesOfV06 : 1,
            PreVerificationGas,
            Given(Partial.HasVerificationGasLimit, Operation.VerificationGasLimit + Lent),
            callGas,
            Given(Partial.HasPaymasterVerificationGasLimit, Operation.PaymasterVerificationGasLimit),
            postOpGas,
            operation.CallGasLimit,
            operation.PaymasterPostOpGasLimit,
            Bounds.MaxVerificationGas,
            MaxCallGas,
            CallRange.ToTuple(),
        ];
    }

    /// <summary>The operation with something in every field.</summary>
    private UserOperation Assumed() => Operation with
    {
        CallGasLimit = Partial.HasCallGasLimit ? Operation.CallGasLimit : AssumedLimit,
        VerificationGasLimit = Partial.HasVerificationGasLimit ? Operation.VerificationGasLimit + Lent : AssumedLimit,
        PreVerificationGas = PreVerificationGas,
        MaxFeePerGas = Fee,
        MaxPriorityFeePerGas = UInt256.Min(Fee, Operation.MaxPriorityFeePerGas.IsZero ? Fee : Operation.MaxPriorityFeePerGas),
        PaymasterVerificationGasLimit = PaymasterLimit(Partial.HasPaymasterVerificationGasLimit, Operation.PaymasterVerificationGasLimit),
        PaymasterPostOpGasLimit = PaymasterLimit(Partial.HasPaymasterPostOpGasLimit || HasNoPostOp, Operation.PaymasterPostOpGasLimit),
        Signature = Signature,
    };

    /// <summary>With nothing but what was given: no limit that is found makes it cheaper.</summary>
    private UserOperation Least() => Operation with
    {
        CallGasLimit = Given(Partial.HasCallGasLimit, Operation.CallGasLimit),
        VerificationGasLimit = Given(Partial.HasVerificationGasLimit, Operation.VerificationGasLimit),
        PreVerificationGas = PreVerificationGas,
        MaxFeePerGas = Fee,
        PaymasterVerificationGasLimit = Given(Partial.HasPaymasterVerificationGasLimit, Operation.PaymasterVerificationGasLimit),
        PaymasterPostOpGasLimit = Given(Partial.HasPaymasterPostOpGasLimit, Operation.PaymasterPostOpGasLimit),
    };

    private UInt256 PaymasterLimit(bool given, UInt256 limit) =>
        Operation.Paymaster is null || !EntryPoint.HasPaymasterGasLimits ? 0 : given ? limit : AssumedLimit;

    private (Bytes Call, bool Initializes) CreateSender() =>
        Operation.Factory is not { } factory ? (Bytes.Empty, false)
        : factory != Eip7702Marker.Address ? (EntryPointCalls.CreateSender.EncodeCall(Bytes.Concat(factory.ToBytes(), Operation.FactoryData)), false)
        : Operation.FactoryData.IsEmpty ? (Bytes.Empty, true)
        : (EntryPointCalls.InitEip7702Sender.EncodeCall(Operation.Sender, Operation.FactoryData), true);

    /// <summary>The first contract that the EntryPoint's constructor made: keccak256(rlp([entryPoint, 1])).</summary>
    private static Address SenderCreator(Address entryPoint)
    {
        const int ListOfTwo = 0xd6;
        const int StringOfTwenty = 0x94;
        Bytes rlp = Bytes.Concat(Bytes.From([ListOfTwo, StringOfTwenty]), entryPoint.ToBytes(), Bytes.From([1]));
        return Address.FromWord(Keccak256.Hash(rlp).Span);
    }

    private static UInt256 Given(bool has, UInt256 limit) => has ? limit : UInt256.Zero;

    // A number of v0.6 has a word of its own, of which the lower half is written.
    private static int At(int field, bool isWholeWord) => TupleAt + field * Word + (isWholeWord ? HalfWord : 0);

    private static int PaymasterAt(Bytes handleOps)
    {
        const int PaymasterAndData = 7;
        Hash32 offset = new(handleOps.Span.Slice(TupleAt + PaymasterAndData * Word, Word));
        return TupleAt + (int)BinaryPrimitives.ReadUInt32BigEndian(offset.Span[^sizeof(uint)..]) + Word;
    }

    private static Bytes SelectorBytes(AbiFunction function)
    {
        byte[] selector = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(selector, function.Selector);
        return Bytes.Own(selector);
    }
}

/// <summary>How far an estimation goes, in gas.</summary>
/// <param name="CallGas">The estimating call itself.</param>
/// <param name="MaxVerificationGas">The largest verification limit that is looked for.</param>
/// <param name="MaxCallGas">The largest callGasLimit that is looked for.</param>
internal sealed record EstimationBounds(ulong CallGas, ulong MaxVerificationGas, ulong MaxCallGas);
