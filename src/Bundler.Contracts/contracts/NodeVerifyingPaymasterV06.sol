// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./OneSigner.sol";
import "./SignerSet.sol";

/// Grants for EntryPoint v0.6. paymasterAndData, 113 bytes:
/// paymaster 20 | validUntil 6 | validAfter 6 | grantId 16 | signature 65.
abstract contract GrantsV06 is Grants {
    bytes32 private constant OPERATION_TYPE = keccak256(
        "SponsoredOperation(address entryPoint,address sender,uint256 nonce,bytes initCode,bytes callData,uint256 callGasLimit,uint256 verificationGasLimit,uint256 preVerificationGas,uint256 maxFeePerGas,uint256 maxPriorityFeePerGas,address delegate,uint48 validUntil,uint48 validAfter,bytes16 grantId)"
    );
    uint256 private constant DATA = 20;
    uint256 private constant SIGNATURE = DATA + WINDOW_SIZE;

    function validatePaymasterUserOp(UserOperation calldata operation, bytes32 userOpHash, uint256 maxCost)
        external
        onlyEntryPoint
        returns (bytes memory context, uint256 validationData)
    {
        bytes calldata data = operation.paymasterAndData;
        require(data.length == SIGNATURE + SIGNATURE_SIZE, InvalidPaymasterData(data.length));
        validationData = _judge(_hash(operation), data[DATA:SIGNATURE], data[SIGNATURE:], maxCost);
        emit Sponsored(userOpHash, operation.sender, bytes16(data[DATA + 12:SIGNATURE]));
        return ("", validationData);
    }

    /// What a grant signs, for comparison with the signer's own; whatever paymasterAndData holds beyond the grant's id is not looked at.
    function getHash(UserOperation calldata operation) external view returns (bytes32) {
        return _digest(_hash(operation));
    }

    function _hash(UserOperation calldata operation) private view returns (bytes32) {
        bytes calldata data = operation.paymasterAndData;
        return keccak256(
            bytes.concat(
                abi.encode(
                    OPERATION_TYPE,
                    entryPoint,
                    operation.sender,
                    operation.nonce,
                    keccak256(operation.initCode),
                    keccak256(operation.callData),
                    operation.callGasLimit,
                    operation.verificationGasLimit
                ),
                abi.encode(
                    operation.preVerificationGas,
                    operation.maxFeePerGas,
                    operation.maxPriorityFeePerGas,
                    _delegateOf(operation.sender),
                    uint48(bytes6(data[DATA:DATA + 6])),
                    uint48(bytes6(data[DATA + 6:DATA + 12])),
                    bytes16(data[DATA + 12:SIGNATURE])
                )
            )
        );
    }
}

/// With a set of signers, staked.
contract NodeVerifyingPaymasterV06 is GrantsV06, SignerSet {
    constructor(address entryPoint_, address owner_, address manager_, address signer, uint128 maxCost)
        Grants(entryPoint_, owner_)
        SignerSet(manager_, signer, maxCost)
    {}
}

/// With one signer, unstaked.
contract NodeImmutablePaymasterV06 is GrantsV06, OneSigner {
    constructor(address entryPoint_, address owner_, address signer_, uint256 maxCost)
        Grants(entryPoint_, owner_)
        OneSigner(signer_, maxCost)
    {}
}
