// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Calls of every kind whose gas is hard to tell.
contract EstimationTarget {
    event Noted(uint256 number);

    mapping(address => uint256) public count;
    mapping(address => mapping(uint256 => uint256)) public filled;

    receive() external payable {}

    function increment() external {
        count[msg.sender]++;
    }

    function burn(uint256 rounds) public returns (bytes32 hash) {
        for (uint256 i = 0; i < rounds; i++) {
            hash = keccak256(abi.encode(hash, i));
        }
        count[msg.sender]++;
    }

    /// The inner call does some work and reverts; that is the expected way.
    function catches(uint256 rounds) external {
        try this.burnAndRevert(rounds) {} catch {
            emit Noted(rounds);
        }
    }

    /// Like wallets that report an inner failure by an event: with too little gas this succeeds, without its effect.
    function attempts(uint256 rounds) external {
        try this.burn(rounds) {
            emit Noted(1);
        } catch {
            emit Noted(0);
        }
    }

    function burnAndRevert(uint256 rounds) external {
        burn(rounds);
        revert("as expected");
    }

    function nest(uint256 depth, uint256 rounds) external {
        if (depth == 0) {
            burn(rounds);
        } else {
            this.nest(depth - 1, rounds);
        }
    }

    function fill(address whose, uint256 slots) external {
        for (uint256 i = 0; i < slots; i++) {
            filled[whose][i] = 1;
        }
    }

    function clear(address whose, uint256 slots) external {
        for (uint256 i = 0; i < slots; i++) {
            filled[whose][i] = 0;
        }
    }

    function emits(uint256 times) external {
        for (uint256 i = 0; i < times; i++) {
            emit Noted(i);
        }
    }

    function remembers(uint256 slots) external {
        for (uint256 i = 0; i < slots; i++) {
            assembly {
                tstore(i, add(tload(i), 1))
            }
        }
        count[msg.sender]++;
    }

    function fails(string calldata reason) external pure {
        revert(reason);
    }
}
