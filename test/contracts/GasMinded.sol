// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// What a contract makes of the gas that it is left: another deed at the same price, or a number that nobody acts on.
contract GasMinded {
    event Chosen(uint256 way);
    event Left(uint256 gas);

    uint256 public way = 9;
    uint256 public left = 9;
    uint256 public calls = 9;

    /// Two ways of the same cost, in a slot.
    function choose(uint256 threshold) external {
        uint256 enough;
        assembly ("memory-safe") {
            enough := gt(gas(), threshold)
        }
        way = enough + 1;
    }

    /// Two ways of the same cost, in a log.
    function announce(uint256 threshold) external {
        uint256 enough;
        assembly ("memory-safe") {
            enough := gt(gas(), threshold)
        }
        emit Chosen(enough + 1);
        calls++;
    }

    /// Two ways of the same cost, in what another contract is told.
    function tell(uint256 threshold, GasMinded other) external {
        uint256 enough;
        assembly ("memory-safe") {
            enough := gt(gas(), threshold)
        }
        other.hear(enough + 1);
    }

    function hear(uint256 what) external {
        way = what;
    }

    /// Follows the gas in a log, a slot and the input of a call, and does the same whatever it is.
    function note() external {
        emit Left(gasleft());
        left = gasleft();
        this.hear(gasleft());
        calls++;
    }
}
