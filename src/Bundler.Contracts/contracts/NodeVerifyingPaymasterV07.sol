// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./OneSigner.sol";
import "./SignerSet.sol";

/// Grants for EntryPoint v0.7, v0.8 and v0.9. paymasterAndData, 145 bytes:
/// paymaster 20 | verificationGasLimit 16 | postOpGasLimit 16 | validUntil 6 | validAfter 6 | grantId 16 | signature 65.
/// With the signature as v0.9's paymasterSignature two bytes of its length and eight of magic follow: 155 bytes, and the account's owner can sign
/// before the signature exists.
abstract contract GrantsV07 is Grants {
    bytes32 private constant OPERATION_TYPE = keccak256(
        "SponsoredOperation(address entryPoint,address sender,uint256 nonce,bytes initCode,bytes callData,uint256 verificationGasLimit,uint256 callGasLimit,uint256 preVerificationGas,uint256 maxPriorityFeePerGas,uint256 maxFeePerGas,uint256 paymasterVerificationGasLimit,uint256 paymasterPostOpGasLimit,address delegate,uint48 validUntil,uint48 validAfter,bytes16 grantId)"
    );
    uint256 private constant GAS = 20;
    uint256 private constant DATA = GAS + 32;
    uint256 private constant SIGNATURE = DATA + WINDOW_SIZE;

    /// The length of the signature and the first eight bytes of keccak256("PaymasterSignature").
    bytes10 private constant SUFFIX = 0x004122e325a297439656;

    error PostOpGasNotZero();

    function validatePaymasterUserOp(PackedUserOperation calldata operation, bytes32 userOpHash, uint256 maxCost)
        external
        onlyEntryPoint
        returns (bytes memory context, uint256 validationData)
    {
        bytes calldata data = operation.paymasterAndData;
        uint256 end = SIGNATURE + SIGNATURE_SIZE;
        require(
            data.length == end || (data.length == end + 10 && bytes10(data[end:]) == SUFFIX),
            InvalidPaymasterData(data.length)
        );

        // There is no postOp, and v0.7 charges a part of what is not used.
        require(uint128(bytes16(data[GAS + 16:DATA])) == 0, PostOpGasNotZero());
        validationData = _judge(_hash(operation), data[DATA:SIGNATURE], data[SIGNATURE:end], maxCost);
        emit Sponsored(userOpHash, operation.sender, bytes16(data[DATA + 12:SIGNATURE]));
        return ("", validationData);
    }

    /// What a grant signs, for comparison with the signer's own; whatever paymasterAndData holds beyond the grant's id is not looked at.
    function getHash(PackedUserOperation calldata operation) external view returns (bytes32) {
        return _digest(_hash(operation));
    }

    function _hash(PackedUserOperation calldata operation) private view returns (bytes32) {
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
                    uint128(bytes16(operation.accountGasLimits)),
                    uint128(uint256(operation.accountGasLimits))
                ),
                abi.encode(
                    operation.preVerificationGas,
                    uint128(bytes16(operation.gasFees)),
                    uint128(uint256(operation.gasFees)),
                    uint128(bytes16(data[GAS:GAS + 16])),
                    uint128(bytes16(data[GAS + 16:DATA])),
                    _delegateOf(operation.sender)
                ),
                abi.encode(
                    uint48(bytes6(data[DATA:DATA + 6])),
                    uint48(bytes6(data[DATA + 6:DATA + 12])),
                    bytes16(data[DATA + 12:SIGNATURE])
                )
            )
        );
    }
}

/// With a set of signers, staked.
contract NodeVerifyingPaymasterV07 is GrantsV07, SignerSet {
    constructor(address entryPoint_, address owner_, address manager_, address signer, uint128 maxCost)
        Grants(entryPoint_, owner_)
        SignerSet(manager_, signer, maxCost)
    {}
}

/// With one signer, unstaked.
contract NodeImmutablePaymasterV07 is GrantsV07, OneSigner {
    constructor(address entryPoint_, address owner_, address signer_, uint256 maxCost)
        Grants(entryPoint_, owner_)
        OneSigner(signer_, maxCost)
    {}
}
