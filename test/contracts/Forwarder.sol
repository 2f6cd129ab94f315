// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Passes calls on: a bundle reaches the EntryPoint inside another call.
contract Forwarder {
    function forward(address to, bytes calldata data) external {
        (bool success, bytes memory result) = to.call(data);
        if (!success) {
            assembly {
                revert(add(result, 32), mload(result))
            }
        }
    }
}
