// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// A limit between one that is known to fail and one that is known to suffice.
struct Range {
    uint256 low;
    uint256 high; // 0: nothing is known yet
    uint256 used; // gas that ran with plenty of it
}

/// One operation, written out as the calls of one EntryPoint version; this contract does not know the versions apart.
struct Task {
    address sender;
    address senderCreator;
    address paymaster; // 0: none
    bytes handleOps;
    uint256 verificationGasAt; // where the 16 bytes of a field lie in handleOps; 0: there is no such field
    uint256 callGasAt;
    uint256 paymasterGasAt;
    uint256 postOpGasAt;
    uint256 feeAt;
    bytes getUserOpHash;
    bytes createSender; // for the SenderCreator; empty: nothing to create
    bool initializes; // createSender initialises an EIP-7702 sender, which has code already
    bytes validateUserOp;
    bytes validatePaymaster;
    bytes execute; // for the sender
    uint256 executeHashAt; // where the userOpHash lies in it; 0: nowhere
    bytes4 postOp;
    bool postOpTakesFee;
    bool remembersHash; // v0.9: getCurrentUserOpHash
    bool senderIsWarm; // the transaction's EIP-7702 tuple has touched the sender
    uint256 fee; // wei per gas
    uint256 cost; // what the operation costs with the limits that it names now, wei
    uint256 leastCost; // with none but those that were given
    uint256 verificationTimes; // how often the verification limit counts in what is paid for in advance
    uint256 preVerificationGas;
    uint256 verificationGas; // a limit that was given; 0: to be found
    uint256 callGas;
    uint256 paymasterGas;
    uint256 postOpGas;
    uint256 assumedCallGas; // what the operation names while its own is to be found
    uint256 assumedPostOpGas;
    uint256 maxVerificationGas;
    uint256 maxCallGas;
    Range call; // where an earlier estimation left off
}

struct Execution {
    uint256 status;
    bytes data;
    Range call;
    Range postOp;
    bool finished;
    bool hasContext;
    uint256 verificationUsed; // by the SenderCreator and the account
    uint256 paymasterUsed;
    uint256 validationData;
    uint256 prefund; // what the paymaster was shown, wei
}

struct Result {
    uint256 status;
    bytes data; // what was reverted with
    Range verification;
    Range unpaid; // for a sender whose deposit covers the operation with this limit; 0: it never does
    Range paymaster;
    Range call;
    Range postOp;
    bool finished;
    bool hasContext;
    uint256 validationData;
    uint256 verificationUsed; // by the SenderCreator and the account
    uint256 paymasterUsed;
    uint256 balance; // of the sender
    uint256 deposit; // of who pays: the paymaster, or else the sender
    bool senderHasCode; // known where validation failed
    bool paymasterHasCode;
}

/// Finds an operation's gas limits inside one eth_call. It stands, by state override, at the EntryPoint's address, and the EntryPoint's own
/// code at ENTRY_POINT_CODE; whatever is not for it goes there by delegatecall, so accounts and paymasters meet the EntryPoint they know,
/// with its storage. Every attempt runs in a frame that reverts: each begins with the same state and the same cold addresses.
/// Verification limits come from attempts of the real handleOps, which judges them before it judges the signature. Call and postOp limits
/// come from attempts of those calls on the state that validation leaves.
contract EstimationHelper {
    uint256 private constant DONE = 0;
    uint256 private constant VALIDATION_FAILED = 1;
    uint256 private constant EXECUTION_REVERTED = 2;
    uint256 private constant POST_OP_REVERTED = 3;
    uint256 private constant BALANCE_TOO_LOW = 4;
    uint256 private constant REPLAY_FAILED = 5;

    /// Where the EntryPoint's own code is put: keccak256("bundler.entry-point-code"), the last 20 bytes.
    address private constant ENTRY_POINT_CODE = 0x583F5BD616F010D4412e653290dBcd3F81dCfc9E;

    /// Where code is put that keeps a word in transient slot 0, which this contract cannot name: it also runs where there is no such
    /// storage, and v0.9 does not. keccak256("bundler.hash-keeper"), the last 20 bytes.
    address private constant HASH_KEEPER = 0xC99d3817d5A16C4334DD51426234dc6De98785B3;

    uint256 private constant DEPOSITS_SLOT = 0;
    uint256 private constant NONCES_SLOT = 1;

    bytes4 private constant FAILED_SEND = bytes4(keccak256("FailedSendToBeneficiary(address,uint256,bytes)"));

    /// Of an attempt's answer: whether the call succeeded, the gas it used, and this much of what it returned.
    uint256 private constant RETURNED_AT = 64;
    uint256 private constant MAX_RETURNED = 4096;

    /// What this contract needs beside the attempts.
    uint256 private constant SPARE_GAS = 200_000;

    /// About what the EntryPoint uses beside the calls that it makes.
    uint256 private constant ENTRY_POINT_GAS = 16_000;

    /// What an answered call limit is above the one found here, beside one percent.
    uint256 private constant CALL_MARGIN = 150;

    /// More than the answered limits are above the ones found here, beside two percent.
    uint256 private constant UNPAID_MARGIN = 4_000;

    struct Attempt {
        bytes message;
        bytes answer;
        uint256 limitAt; // where the limit goes in the message; 16 bytes for handleOps
        uint256 expected; // gas that the call uses when nothing in it is starved; 0: any
        bool isHandleOps;
        uint256 payingAt; // where the fee lies; 0: it stays
        bool isSponsored;
        uint256 covers; // a sender's deposit, which must not suffice; or what a paymaster is shown as the cost
        uint256 others; // the gas that is paid for beside the limit
        uint256 times; // how often the limit counts
    }

    error Executed(Execution execution);

    receive() external payable {
        _forward();
    }

    fallback() external payable {
        // Only handleOps calls its own contract: innerHandleOp, the end of validation. v0.6 reads a word of the answer whether there is one or not.
        if (msg.sender == address(this)) {
            assembly {
                mstore(0, 0)
                revert(0, 32)
            }
        }
        _forward();
    }

    /// The three unnamed values are room for those of `execute`, to which the rest is passed on as it is.
    function estimate(uint256, uint256, uint256, Task calldata task) external returns (Result memory result) {
        require(ENTRY_POINT_CODE.code.length != 0);
        if (task.senderIsWarm) {
            result.senderHasCode = task.sender.code.length != 0;
        }

        Attempt memory attempted = _handleOps(task);
        if (attempted.isSponsored) {
            (, result.deposit) = _funds(task.paymaster);
        } else {
            (result.balance, result.deposit) = _funds(task.sender);
            attempted.covers = result.deposit;
            if (result.balance < _firstSum(task)) {
                result.status = BALANCE_TOO_LOW;
                return result;
            }
        }

        uint256 plenty = _validate(task, attempted, result.deposit);
        if (plenty == 0) {
            result.status = VALIDATION_FAILED;
            result.data = _returned(attempted.answer);
            result.senderHasCode = task.sender.code.length != 0;
            result.paymasterHasCode = task.paymaster.code.length != 0;
            return result;
        }

        uint256 validationGas = _word(attempted.answer, 32);
        uint256 reserve = (task.paymasterGasAt == 0 ? 10 : 18) * validationGas + SPARE_GAS;
        Execution memory execution = _replayAndExecute(plenty, reserve, attempted.covers);
        result.status = execution.status;
        result.data = execution.data;
        result.call = execution.call;
        result.postOp = execution.postOp;
        result.finished = execution.finished;
        result.hasContext = execution.hasContext;
        result.validationData = execution.validationData;
        result.verificationUsed = execution.verificationUsed;
        result.paymasterUsed = execution.paymasterUsed;
        if (result.status == DONE) {
            _verification(task, attempted, result, execution, plenty);
        }
    }

    /// A call in a frame that always reverts, with its outcome; what goes to ENTRY_POINT_CODE is a delegatecall from whoever called us.
    function attempt(address target, uint256 limit, bytes calldata data) external {
        assembly ("memory-safe") {
            let at := mload(0x40)
            calldatacopy(at, data.offset, data.length)
            let before := gas()
            let success
            switch eq(target, ENTRY_POINT_CODE)
            case 1 { success := delegatecall(gas(), target, at, data.length, 0, 0) }
            default { success := call(limit, target, 0, at, data.length, 0, 0) }
            let used := sub(before, gas())
            let size := returndatasize()
            if gt(size, MAX_RETURNED) { size := MAX_RETURNED }
            mstore(at, success)
            mstore(add(at, 32), used)
            returndatacopy(add(at, RETURNED_AT), 0, size)
            revert(at, add(RETURNED_AT, size))
        }
    }

    /// Reverts with an account's balance and deposit, and so leaves both cold.
    function funds(address account) external {
        uint256 deposit = _depositOf(account);
        assembly ("memory-safe") {
            mstore(0, balance(account))
            mstore(32, deposit)
            revert(0, 64)
        }
    }

    /// Validates as the EntryPoint does, whatever the signature is worth, then finds the limits of the call and of postOp. Without a reserve: runs both once,
    /// with the limits that the task gives, for a tracer. (Not a function of its own: each is dearer for those who call the EntryPoint through this contract.)
    function execute(uint256 verificationGas, uint256 reserve, uint256 shown, Task calldata task) external {
        Execution memory execution;
        execution.status = DONE;
        bytes32 hash;
        bytes memory context;
        execution.prefund = shown;
        if (_replay(task, verificationGas, execution)) {
            (hash, context) = abi.decode(execution.data, (bytes32, bytes));
            execution.data = "";
            if (reserve == 0) {
                require(_act(task, execution, hash, context));
                return;
            }
            _execute(task, execution, hash, context, reserve);
        }
        revert Executed(execution);
    }

    // --- verification ---

    function _handleOps(Task calldata task) private pure returns (Attempt memory attempted) {
        attempted.message = abi.encodeCall(EstimationHelper.attempt, (ENTRY_POINT_CODE, 0, task.handleOps));
        attempted.answer = new bytes(RETURNED_AT + MAX_RETURNED);
        attempted.isHandleOps = true;
        attempted.limitAt = task.verificationGasAt;
        attempted.payingAt = task.feeAt;
        attempted.isSponsored = task.paymaster != address(0);
        attempted.times = task.verificationTimes;
        attempted.others = task.assumedCallGas + task.preVerificationGas;
    }

    /// The three sizes to begin with: most operations, all that ERC-7562 takes, all that we look at.
    function _size(Task calldata task, uint256 i) private pure returns (uint256) {
        uint256 size = i == 0 ? 150_000 : i == 1 ? 500_000 : task.maxVerificationGas;
        return size < task.maxVerificationGas ? size : task.maxVerificationGas;
    }

    /// The gas limits of the largest first attempt: what they cost at 1 wei is what a sender must have at least.
    function _firstSum(Task calldata task) private pure returns (uint256) {
        uint256 verificationGas = task.verificationGas != 0 ? task.verificationGas : task.maxVerificationGas;
        return verificationGas + task.assumedCallGas + task.preVerificationGas + 1;
    }

    /// The verification limit with which the operation is valid; 0 when there is none. A paymaster is shown what the operation costs as it stands, and
    /// where its user cannot afford that, no more than it costs in any case; never more than the deposit, so that no limit of ours is one too many.
    function _validate(Task calldata task, Attempt memory attempted, uint256 deposit) private returns (uint256 plenty) {
        uint256 times = attempted.isSponsored && task.leastCost < task.cost ? 2 : 1;
        for (uint256 k = 0; k < times; k++) {
            if (attempted.isSponsored) {
                attempted.covers = _least(k == 0 ? task.cost : task.leastCost, deposit);
            }
            for (uint256 i = 0; i < 3; i++) {
                uint256 size = _size(task, i);
                plenty = task.verificationGas != 0 ? task.verificationGas : size;
                if (task.paymasterGasAt != 0) {
                    uint256 paymasterGas = task.paymasterGas != 0 ? task.paymasterGas : size;
                    _setLimit(attempted, task.paymasterGasAt, paymasterGas);
                    attempted.others = task.assumedCallGas + task.preVerificationGas + paymasterGas + task.assumedPostOpGas;
                }
                _setVerificationLimit(attempted, plenty);
                if (_suffices(attempted)) {
                    return plenty > size ? plenty : size;
                }
            }
        }
        return 0;
    }

    function _verification(
        Task calldata task,
        Attempt memory attempted,
        Result memory result,
        Execution memory execution,
        uint256 plenty
    ) private {
        attempted.limitAt = task.verificationGasAt;
        _setLimit(attempted, task.callGasAt, result.call.high);
        uint256 paymasterGas = task.paymasterGasAt == 0 ? 0 : task.paymasterGas != 0 ? task.paymasterGas : plenty;
        attempted.others = result.call.high + task.preVerificationGas + paymasterGas + (task.postOpGasAt == 0 ? 0 : task.assumedPostOpGas);
        uint256 verificationGas = task.verificationGas != 0 ? task.verificationGas : plenty;
        if (attempted.isSponsored) {
            _showCost(task, attempted, result, verificationGas);
        }

        // A paymaster may insist on the postOp limit that it is shown.
        if (task.postOpGas == 0 && task.postOpGasAt != 0 && execution.hasContext) {
            _setLimit(attempted, task.postOpGasAt, result.postOp.high);
            uint256 others = attempted.others;
            attempted.others = others - task.assumedPostOpGas + result.postOp.high;
            _setVerificationLimit(attempted, verificationGas);
            if (!_suffices(attempted)) {
                attempted.others = others;
                _setLimit(attempted, task.postOpGasAt, task.assumedPostOpGas);
                result.postOp.high = task.assumedPostOpGas;
            }
        }

        result.verification.high = verificationGas;
        result.verification.used = execution.verificationUsed;
        if (task.verificationGas == 0) {
            uint256 used = execution.verificationUsed + (task.paymasterGasAt == 0 ? execution.paymasterUsed : 0);
            if (!_narrowUnpaid(task, attempted, result, used)) {
                _narrow(attempted, result.verification, used + ENTRY_POINT_GAS, SPARE_GAS);
            }
        }
        _setVerificationLimit(attempted, result.verification.high);

        if (task.paymasterGasAt != 0) {
            result.paymaster.high = paymasterGas;
            result.paymaster.used = execution.paymasterUsed;
            if (task.paymasterGas == 0) {
                attempted.limitAt = task.paymasterGasAt;
                attempted.others = attempted.others + result.verification.high - paymasterGas;
                _narrow(attempted, result.paymaster, execution.paymasterUsed + 3_000, SPARE_GAS);
            }
        }
    }

    /// From here on the paymaster is shown about what the operation will cost with the limits that are answered; the old cost where it refuses that.
    function _showCost(Task calldata task, Attempt memory attempted, Result memory result, uint256 verificationGas) private {
        uint256 shown = attempted.covers;
        uint256 gas = task.preVerificationGas + result.call.high + result.postOp.high;
        gas += task.verificationGas != 0
            ? task.verificationGas * task.verificationTimes
            : (result.verificationUsed + ENTRY_POINT_GAS + (task.paymasterGasAt == 0 ? result.paymasterUsed : 0)) * task.verificationTimes;
        if (task.paymasterGasAt != 0) {
            gas += task.paymasterGas != 0 ? task.paymasterGas : result.paymasterUsed;
        }
        attempted.covers = _least(gas * task.fee, result.deposit);
        _setVerificationLimit(attempted, verificationGas);
        if (!_suffices(attempted)) {
            attempted.covers = shown;
        }
    }

    /// For a sender whose deposit may cover the operation: the EntryPoint will not ask it to pay. True where that is so whatever the margins are.
    function _narrowUnpaid(Task calldata task, Attempt memory attempted, Result memory result, uint256 used) private returns (bool) {
        if (attempted.isSponsored || result.deposit < (attempted.others + used) * task.fee) {
            return false;
        }
        Range memory range = result.unpaid;
        range.high = result.verification.high;
        attempted.payingAt = 0;
        _setLimit(attempted, task.feeAt, 1);
        _narrow(attempted, range, used, SPARE_GAS);
        if (result.deposit >= (range.high + (range.high + attempted.others) / 50 + UNPAID_MARGIN + attempted.others) * task.fee) {
            result.verification.high = range.high;
            return true;
        }
        attempted.payingAt = task.feeAt;
        return false;
    }

    // --- validation replayed, execution ---

    function _replayAndExecute(uint256 verificationGas, uint256 reserve, uint256 shown) private returns (Execution memory execution) {
        bytes memory message = msg.data;
        bytes4 selector = this.execute.selector;
        assembly ("memory-safe") {
            let start := add(message, 32)
            mstore(start, or(selector, and(mload(start), sub(shl(224, 1), 1))))
            mstore(add(start, 4), verificationGas)
            mstore(add(start, 36), reserve)
            mstore(add(start, 68), shown)
        }
        (, bytes memory answer) = address(this).delegatecall(message);
        if (answer.length < 4 || bytes4(answer) != Executed.selector) {
            execution.status = EXECUTION_REVERTED;
            return execution;
        }
        assembly ("memory-safe") {
            mstore(add(answer, 4), sub(mload(answer), 4))
            answer := add(answer, 4)
        }
        return abi.decode(answer, (Execution));
    }

    /// What the EntryPoint does before execution; false with the status and the revert data when it cannot.
    function _replay(Task calldata task, uint256 verificationGas, Execution memory execution) private returns (bool) {
        (bool success, bytes memory answer) = ENTRY_POINT_CODE.delegatecall(task.getUserOpHash);
        if (!success) {
            return _failed(execution, answer);
        }
        bytes32 hash = abi.decode(answer, (bytes32));

        if (task.createSender.length != 0 && (task.initializes || task.sender.code.length == 0)) {
            (success, answer, execution.verificationUsed) = _measure(task.senderCreator, verificationGas, task.createSender);
            if (!success) {
                return _failed(execution, answer);
            }
        }

        uint256 missing;
        if (task.paymaster == address(0)) {
            uint256 sum = verificationGas + task.assumedCallGas + task.preVerificationGas;
            uint256 deposit = _depositOf(task.sender);
            execution.prefund = sum * (deposit / sum + 1);
            missing = execution.prefund - deposit;
        }
        uint256 prefund = execution.prefund;

        bytes memory data = task.validateUserOp;
        _store(data, 36, uint256(hash));
        _store(data, 68, missing);
        uint256 used;
        (success, answer, used) = _measure(task.sender, verificationGas, data);
        execution.verificationUsed += used;
        if (!success || answer.length < 32) {
            return _failed(execution, answer);
        }
        execution.validationData = uint256(bytes32(answer));
        _countNonce(task);
        _takeDeposit(task.paymaster == address(0) ? task.sender : task.paymaster, prefund);

        bytes memory context;
        if (task.paymaster != address(0)) {
            data = task.validatePaymaster;
            _store(data, 36, uint256(hash));
            _store(data, 68, prefund);
            (success, answer, execution.paymasterUsed) = _measure(task.paymaster, verificationGas, data);
            if (!success || answer.length < 96) {
                return _failed(execution, answer);
            }
            (context, ) = abi.decode(answer, (bytes, uint256));
        }
        execution.data = abi.encode(hash, context);
        return true;
    }

    /// A call, and the gas of its frame: the address is warmed first, and that of the code where it is delegated (EIP-7702).
    function _measure(address target, uint256 limit, bytes memory data) private returns (bool success, bytes memory answer, uint256 used) {
        uint256 size = target.code.length;
        assembly ("memory-safe") {
            extcodecopy(target, 0, 0, 32)
            let code := mload(0)
            if eq(shr(232, code), 0xef0100) { size := extcodesize(shr(96, shl(24, code))) }
        }
        require(size != 0); // else the compiler leaves out what it is not asked for
        uint256 before = gasleft();
        (success, answer) = target.call{gas: limit}(data);
        used = before - gasleft();
    }

    function _act(Task calldata task, Execution memory execution, bytes32 hash, bytes memory context) private returns (bool success) {
        success = true;
        if (task.execute.length != 0) {
            (success, , execution.call.used) = _measure(task.sender, task.callGas, _calling(task, hash));
        }
        if (success && context.length != 0) {
            (success, , ) = _measure(task.paymaster, task.postOpGas, _postOp(task, execution, context));
        }
    }

    function _execute(Task calldata task, Execution memory execution, bytes32 hash, bytes memory context, uint256 reserve) private {
        execution.finished = true;
        if (task.execute.length != 0) {
            bytes memory data = _calling(task, hash);
            execution.call = task.call;
            _find(execution, execution.call, _call(task.sender, data), task.callGas, task.maxCallGas, reserve);
            if (execution.status != DONE || !execution.finished) {
                return;
            }
            if (context.length != 0) {
                (bool success, bytes memory answer) = task.sender.call{gas: execution.call.high}(data);
                if (!success) {
                    execution.status = EXECUTION_REVERTED;
                    execution.data = answer;
                    return;
                }
            }
        }

        if (context.length != 0) {
            execution.hasContext = true;
            _find(execution, execution.postOp, _call(task.paymaster, _postOp(task, execution, context)), task.postOpGas, task.maxVerificationGas, reserve);
            if (execution.status == EXECUTION_REVERTED) {
                execution.status = POST_OP_REVERTED;
            }
        }
    }

    /// What the sender is called with, where the EntryPoint would call it.
    function _calling(Task calldata task, bytes32 hash) private returns (bytes memory data) {
        data = task.execute;
        if (task.executeHashAt != 0) {
            _store(data, task.executeHashAt, uint256(hash));
        }
        if (task.remembersHash) {
            (bool kept,) = HASH_KEEPER.delegatecall(abi.encode(hash));
            require(kept);
        }
    }

    function _postOp(Task calldata task, Execution memory execution, bytes memory context) private pure returns (bytes memory) {
        uint256 gasUsed = task.preVerificationGas + execution.verificationUsed + execution.paymasterUsed + execution.call.used;
        // The EntryPoint never charges more than what it took in advance.
        uint256 cost = _least(gasUsed * task.fee, execution.prefund);
        return task.postOpTakesFee
            ? abi.encodeWithSelector(task.postOp, 0, context, cost, task.fee)
            : abi.encodeWithSelector(task.postOp, 0, context, cost);
    }

    /// The least limit of a call: with plenty of gas first, then with what that used, then upwards.
    function _find(Execution memory execution, Range memory range, Attempt memory attempted, uint256 given, uint256 most, uint256 reserve) private {
        if (range.used == 0) {
            uint256 left = gasleft() > 2 * reserve ? gasleft() - reserve : gasleft() / 2;
            left -= left / 16;
            uint256 limit = given != 0 ? given : most < left ? most : left;
            _setCallLimit(attempted, limit);
            if (!_suffices(attempted)) {
                execution.status = EXECUTION_REVERTED;
                execution.data = _returned(attempted.answer);
                range.high = limit;
                range.used = _word(attempted.answer, 32);
                return;
            }
            range.high = limit;
            range.used = _word(attempted.answer, 32);
            range.low = range.used - 1;
        }
        if (given != 0) {
            return;
        }

        // A call that is starved and caught succeeds without its effect, with about the same gas. What does the same deed uses the same gas to the unit.
        attempted.expected = range.used;
        uint256 plenty = range.high;
        uint256 first = range.low < range.used ? range.used : range.low + range.low / 48 + 100;
        execution.finished = _narrow(attempted, range, first, reserve);
        // A starved call may meet that number at one limit, by chance, and not at the limit that is answered.
        while (execution.finished) {
            uint256 answered = range.high + range.high / 100 + CALL_MARGIN;
            if (answered >= plenty) {
                return;
            }
            if (gasleft() < answered + answered / 16 + reserve) {
                execution.finished = false;
                return;
            }
            _setCallLimit(attempted, answered);
            if (_suffices(attempted)) {
                return;
            }
            range.low = answered;
            range.high = plenty;
            execution.finished = _narrow(attempted, range, answered + answered / 48 + 100, reserve);
        }
    }

    function _call(address target, bytes memory data) private pure returns (Attempt memory attempted) {
        attempted.message = abi.encodeCall(EstimationHelper.attempt, (target, 0, data));
        attempted.answer = new bytes(RETURNED_AT + MAX_RETURNED);
    }

    // --- search ---

    /// Brings the two ends within one percent, for verification half of one: leaps that double from the guess on, then halves. False when gas runs short.
    function _narrow(Attempt memory attempted, Range memory range, uint256 guess, uint256 reserve) private returns (bool) {
        uint256 step = guess / 48 + 100;
        uint256 parts = attempted.isHandleOps ? 200 : 100;
        while (range.high - range.low > range.high / parts + 1) {
            uint256 middle = (range.low + range.high) / 2;
            if (guess <= range.low || guess >= range.high) {
                guess = middle;
            }
            if (gasleft() < guess + guess / 16 + reserve) {
                return false;
            }

            if (attempted.isHandleOps) {
                _setVerificationLimit(attempted, guess);
            } else {
                _setCallLimit(attempted, guess);
            }
            if (_suffices(attempted)) {
                range.high = guess;
                middle = (range.low + guess) / 2;
                guess = guess > middle + step ? guess - step : middle;
            } else {
                range.low = guess;
                middle = (guess + range.high) / 2;
                guess = guess + step < middle ? guess + step : middle;
            }
            step *= 2;
        }
        return true;
    }

    function _suffices(Attempt memory attempted) private returns (bool) {
        bytes memory message = attempted.message;
        bytes memory answer = attempted.answer;
        assembly ("memory-safe") {
            pop(delegatecall(gas(), address(), add(message, 32), mload(message), 0, 0))
            let size := returndatasize()
            mstore(answer, size)
            returndatacopy(add(answer, 32), 0, size)
        }
        if (answer.length < RETURNED_AT) {
            return false;
        }
        if (attempted.isHandleOps) {
            return _word(answer, 0) == 1 || _isPastLimits(answer);
        }
        if (_word(answer, 0) == 0) {
            return false;
        }
        return attempted.expected == 0 || _word(answer, 32) == attempted.expected;
    }

    /// Whether handleOps failed by something that it judges after the verification limits: signature, validity window, postOp.
    function _isPastLimits(bytes memory answer) private pure returns (bool) {
        bytes4 selector = bytes4(bytes32(_word(answer, RETURNED_AT)));
        // The beneficiary is paid at the very end, and a deposit by override is no wei of the EntryPoint's. v0.9 has an error of its own for it.
        if (selector == FAILED_SEND) {
            return true;
        }
        if (selector == 0x08c379a0 && answer.length >= RETURNED_AT + 100) {
            return bytes4(bytes32(_word(answer, RETURNED_AT + 68))) == "AA91";
        }
        // FailedOp(uint256,string), FailedOpWithRevert(uint256,string,bytes)
        if (answer.length < RETURNED_AT + 132 || (selector != 0x220266b6 && selector != 0x65c8fd4d)) {
            return false;
        }
        uint256 reasonAt = _word(answer, RETURNED_AT + 36);
        if (reasonAt > 96) {
            return false;
        }
        bytes4 code = bytes4(bytes32(_word(answer, RETURNED_AT + 36 + reasonAt)));
        return code == "AA24" || code == "AA34" || code == "AA22" || code == "AA27" || code == "AA32" || code == "AA37" || code == "AA50" || code == "AA51";
    }

    // --- memory and storage ---

    function _forward() private {
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), ENTRY_POINT_CODE, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch success
            case 0 { revert(0, returndatasize()) }
            default { return(0, returndatasize()) }
        }
    }

    function _failed(Execution memory execution, bytes memory data) private pure returns (bool) {
        execution.status = REPLAY_FAILED;
        execution.data = data;
        return false;
    }

    function _funds(address account) private returns (uint256 balance, uint256 deposit) {
        (, bytes memory answer) = address(this).delegatecall(abi.encodeCall(EstimationHelper.funds, (account)));
        return abi.decode(answer, (uint256, uint256));
    }

    function _depositOf(address account) private returns (uint256) {
        (, bytes memory answer) = ENTRY_POINT_CODE.delegatecall(abi.encodeWithSignature("balanceOf(address)", account));
        return abi.decode(answer, (uint256));
    }

    /// The deposit is the low end of its slot in every version.
    function _takeDeposit(address account, uint256 amount) private {
        if (_depositOf(account) < amount) {
            return;
        }
        bytes32 slot = keccak256(abi.encode(account, DEPOSITS_SLOT));
        assembly ("memory-safe") {
            sstore(slot, sub(sload(slot), amount))
        }
    }

    function _countNonce(Task calldata task) private {
        uint256 key = uint256(bytes32(task.validateUserOp[132:164])) >> 64;
        bytes32 slot = keccak256(abi.encode(key, keccak256(abi.encode(task.sender, NONCES_SLOT))));
        assembly ("memory-safe") {
            sstore(slot, add(sload(slot), 1))
        }
    }

    function _returned(bytes memory answer) private pure returns (bytes memory data) {
        uint256 size = answer.length < RETURNED_AT ? 0 : answer.length - RETURNED_AT;
        data = new bytes(size);
        for (uint256 i = 0; i < size; i += 32) {
            _store(data, i, _word(answer, RETURNED_AT + i));
        }
    }

    function _setCallLimit(Attempt memory attempted, uint256 limit) private pure {
        _store(attempted.message, 36, limit);
    }

    /// What is paid must not change from one attempt to the next. Of a sender: the fee is the least that its deposit does not cover, so it always pays.
    /// Of a paymaster: the fee is what makes the limits of this attempt cost what it is shown.
    function _setVerificationLimit(Attempt memory attempted, uint256 limit) private pure {
        _setLimit(attempted, attempted.limitAt, limit);
        uint256 gas = limit * attempted.times + attempted.others;
        _setLimit(attempted, attempted.payingAt, attempted.isSponsored ? attempted.covers / gas : attempted.covers / gas + 1);
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    /// Writes 16 bytes at a place in the data of an attempt.
    function _setLimit(Attempt memory attempted, uint256 at, uint256 limit) private pure {
        if (at == 0) {
            return;
        }
        bytes memory message = attempted.message;
        assembly ("memory-safe") {
            let place := add(add(message, 164), at)
            mstore(place, or(shl(128, limit), and(mload(place), sub(shl(128, 1), 1))))
        }
    }

    function _word(bytes memory data, uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), at))
        }
    }

    function _store(bytes memory data, uint256 at, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(data, 32), at), word)
        }
    }
}
