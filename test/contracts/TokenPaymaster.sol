// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Actor.sol";
import "./Operations.sol";

/// The least of an ERC-20 token; everybody may mint.
contract TestToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}

/// Takes tokens from the sender before it pays, and keeps the sender in its context; paymasterData is the token's address.
contract TokenPaymaster is Actor {
    uint256 private constant FEE = 1000;

    function validatePaymasterUserOp(UserOperation calldata operation, bytes32, uint256) external returns (bytes memory, uint256) {
        return _take(operation.sender, operation.paymasterAndData[20:]);
    }

    function validatePaymasterUserOp(PackedUserOperation calldata operation, bytes32, uint256) external returns (bytes memory, uint256) {
        return _take(operation.sender, operation.paymasterAndData[52:]);
    }

    function postOp(uint8, bytes calldata, uint256) external {}

    function postOp(uint8, bytes calldata, uint256, uint256) external {}

    function _take(address sender, bytes calldata token) private returns (bytes memory context, uint256) {
        TestToken(address(bytes20(token))).transferFrom(sender, address(this), FEE);
        return (abi.encode(sender), 0);
    }
}
