// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Operations.sol";

/// An account of EntryPoint v0.7 and later that is executed through executeUserOp; one owner, who signs the bare userOpHash.
contract ExecutingAccount {
    address public immutable owner;
    uint256 public executions;

    constructor(address owner_) {
        owner = owner_;
    }

    receive() external payable {}

    function validateUserOp(PackedUserOperation calldata operation, bytes32 userOpHash, uint256 missingAccountFunds) external returns (uint256) {
        bytes calldata signature = operation.signature;
        address signer = ecrecover(userOpHash, uint8(signature[64]), bytes32(signature[0:32]), bytes32(signature[32:64]));
        if (missingAccountFunds != 0) {
            (bool paid, ) = msg.sender.call{value: missingAccountFunds}("");
            require(paid);
        }
        return signer == owner ? 0 : 1;
    }

    /// callData: this function's selector, then abi.encode(target, data).
    function executeUserOp(PackedUserOperation calldata operation, bytes32) external {
        (address target, bytes memory data) = abi.decode(operation.callData[4:], (address, bytes));
        executions++;
        (bool success, bytes memory returned) = target.call(data);
        if (!success) {
            assembly {
                revert(add(returned, 32), mload(returned))
            }
        }
    }
}
