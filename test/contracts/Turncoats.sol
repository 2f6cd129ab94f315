// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Actor.sol";
import "./Operations.sol";

/// Behaves while a bundler validates its operation alone, and turns in the bundle, which another address sends. It looks at ORIGIN (OP-011) for
/// that, so only a bundler that admits it is taken in. The plan says how it turns; not for a chain with value.
abstract contract Turncoat is Actor {
    address private constant VALIDATOR = 0x4337433743374337433743374337433743374337;

    uint256 internal constant REVERTS = 1;
    uint256 internal constant ANSWERS_NOTHING = 2;
    uint256 internal constant ANSWERS_MORE = 3;
    uint256 internal constant WORKS_LESS = 4;

    /// How it turns, or zero while it behaves.
    function _turns(bytes calldata plan) internal view returns (uint256 how) {
        if (plan.length == 32 && tx.origin != VALIDATOR) {
            how = abi.decode(plan, (uint256));
        } else if (plan.length == 32 && abi.decode(plan, (uint256)) == WORKS_LESS) {
            _work();
        }
        require(how != REVERTS, "turned");
        if (how == ANSWERS_NOTHING) {
            assembly ("memory-safe") { return(0, 0) }
        }
    }

    function _work() private view {
        bytes32 hash;
        for (uint256 i = 0; i < 100; i++) {
            hash = keccak256(abi.encode(hash, address(this)));
        }
        require(hash != 0);
    }
}

/// The signature is the plan.
contract TurncoatAccount is Turncoat {
    function validateUserOp(UserOperation calldata operation, bytes32, uint256 missing) external returns (uint256) {
        return _validate(operation.signature, missing);
    }

    function validateUserOp(PackedUserOperation calldata operation, bytes32, uint256 missing) external returns (uint256) {
        return _validate(operation.signature, missing);
    }

    function _validate(bytes calldata plan, uint256 missing) private returns (uint256) {
        _turns(plan);
        if (missing > 0) {
            (bool paid,) = payable(msg.sender).call{value: missing}("");
            require(paid, "cannot pay");
        }
        return 0;
    }
}

/// paymasterData is the plan.
contract TurncoatPaymaster is Turncoat {
    function validatePaymasterUserOp(UserOperation calldata operation, bytes32, uint256) external view returns (bytes memory, uint256) {
        return _validate(operation.paymasterAndData[20:]);
    }

    function validatePaymasterUserOp(PackedUserOperation calldata operation, bytes32, uint256) external view returns (bytes memory, uint256) {
        return _validate(operation.paymasterAndData[52:]);
    }

    function postOp(uint8, bytes calldata, uint256) external {}

    function postOp(uint8, bytes calldata, uint256, uint256) external {}

    function _validate(bytes calldata plan) private view returns (bytes memory context, uint256) {
        if (_turns(plan) == ANSWERS_MORE) {
            context = new bytes(32);
        }
        return (context, 0);
    }
}

contract TurncoatFactory is Turncoat {
    function make(bytes calldata plan, bytes memory code, uint256 salt) external returns (address made) {
        _turns(plan);
        assembly ("memory-safe") { made := create2(0, add(code, 0x20), mload(code), salt) }
    }
}
