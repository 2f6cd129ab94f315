// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Actor.sol";
import "./Operations.sol";

/// Pays for everybody and does in its validation what paymasterData says; the answer is the length of the context it returns.
contract RulePaymaster is Actor {
    function validatePaymasterUserOp(UserOperation calldata operation, bytes32, uint256) external returns (bytes memory, uint256) {
        return _validate(operation.paymasterAndData[20:]);
    }

    function validatePaymasterUserOp(PackedUserOperation calldata operation, bytes32, uint256) external returns (bytes memory, uint256) {
        return _validate(operation.paymasterAndData[52:]);
    }

    function postOp(uint8, bytes calldata, uint256) external {}

    function postOp(uint8, bytes calldata, uint256, uint256) external {}

    function _validate(bytes calldata actions) private returns (bytes memory context, uint256) {
        if (actions.length > 0) {
            context = new bytes(_run(abi.decode(actions, (Action[]))));
        }
        return (context, 0);
    }
}
