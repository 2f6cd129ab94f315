// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Actor.sol";
import "./Operations.sol";

/// The joined signature is the number of operations; a user signature of one byte 0xff is refused. Keeps the single ones in their operations.
contract RuleAggregator is Actor {
    function validateUserOpSignature(UserOperation calldata operation) external pure returns (bytes memory) {
        return _checked(operation.signature);
    }

    function validateUserOpSignature(PackedUserOperation calldata operation) external pure returns (bytes memory) {
        return _checked(operation.signature);
    }

    function aggregateSignatures(UserOperation[] calldata operations) external pure returns (bytes memory) {
        return abi.encode(operations.length);
    }

    function aggregateSignatures(PackedUserOperation[] calldata operations) external pure returns (bytes memory) {
        return abi.encode(operations.length);
    }

    function validateSignatures(UserOperation[] calldata operations, bytes calldata signature) external pure {
        _check(operations.length, signature);
    }

    function validateSignatures(PackedUserOperation[] calldata operations, bytes calldata signature) external pure {
        _check(operations.length, signature);
    }

    function _checked(bytes calldata signature) private pure returns (bytes memory) {
        require(signature.length != 1, "not signed");
        return signature;
    }

    function _check(uint256 count, bytes calldata signature) private pure {
        require(abi.decode(signature, (uint256)) == count, "joined for others");
    }
}
