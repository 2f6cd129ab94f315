using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Tests.Ethereum.Transactions;

/// <summary>Transactions with the raw bytes that an independent implementation (viem 2.33) made of them with the same key.</summary>
internal static class Vectors
{
    /// <summary>Account 0 of the well-known development mnemonic.</summary>
    public const string Secret = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    public static readonly Address EntryPoint = Address.Parse("0x0000000071727De22E5E9d8BAf0edAc6f37da032");

    public static readonly IReadOnlyList<AccessListEntry> AccessList =
    [
        new AccessListEntry(EntryPoint, [Hash32.From(1), Hash32.From(UInt256.MaxValue)]),
        new AccessListEntry(Address.Parse("0x3535353535353535353535353535353535353535"), []),
    ];

    public static IEnumerable<TestCaseData> All =>
    [
        Case("a legacy transfer", Legacy,
            "0xf864808402faf080825208940000000071727de22e5e9d8baf0edac6f37da03201808194a08f8e7e6b68d2fde0486e6e8f8c9c36274cfe6f07f9cdbb72f7e28354"
            + "0bbd3dcda07fc9b86903318f2ee20eb6af3069ca7f320eb7e70fd36afb8c09da9e89497c31",
            "0xf63d5a7c52f88b4e708a15c9bcd2e8ada50bde6a0abd02546ed5043fe93e6b92"),
        Case("a legacy creation", LegacyCreation,
            "0xf856018405f5e100830186a0808085600160005581e5a01e6953e71cc81532207a9f3ab3f01eb3da55e29b0e7cfd5a5173cbdf29f7c89ba07e00ff2e45b4931caa"
            + "9d52c9562e7ad2f68909e834494126ebe24f19a3824568",
            "0xc5daaab0d1eb5616fdfabd21bf05ba4aecf1ac022b5f2eaca70eadc19cb6a7f9"),
        Case("EIP-2930", WithAccessList,
            "0x01f8dd3805843b9aca008301e240940000000071727de22e5e9d8baf0edac6f37da0320784deadbeeff872f859940000000071727de22e5e9d8baf0edac6f37da0"
            + "32f842a00000000000000000000000000000000000000000000000000000000000000001a0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            + "ffffffd6943535353535353535353535353535353535353535c080a0cd916e88e098557d1d8f817429cfff7e873ab77f2f914efc502db97db2d0d94aa034917c7d06"
            + "cfb04bcdf800a215b66681f979624de8bec8907b4e128a7af9c2f1",
            "0xa5a2561da18aff7fc13960ca62f1ff70f005081be25451f7b08f80c8803284bc"),
        Case("EIP-1559", FeeMarket,
            "0x02f9011c3881828402faf08084b2d05e00830f4240940000000071727de22e5e9d8baf0edac6f37da03280b83cabababababababababababababababababababab"
            + "ababababababababababababababababababababababababababababababababababababababababf872f859940000000071727de22e5e9d8baf0edac6f37da032f8"
            + "42a00000000000000000000000000000000000000000000000000000000000000001a0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            + "ffd6943535353535353535353535353535353535353535c080a00ea2236f116c97d67cf33dd98b416b38b4830b4f4726b44bef4ddd74951a827fa04ea4c903d00c94"
            + "5dd621d77ed03b40065411328806e52f298725faed7d77f9f4",
            "0x4437ddfb398c56fa1f263509c4b86c759c6d54a804a9f9f353d3077274deb8b3"),
        Case("EIP-1559 without a tip", FeeMarketTransfer,
            "0x02f86c820539808002825208940000000071727de22e5e9d8baf0edac6f37da032880de0b6b3a764000080c001a0390e36b60f9e95279f3de6cde6e0ba32b66ad4"
            + "d6788f74701b84c2c2ffae4621a015d95135685169532d42aa9a3281b5e8d4063fe3cddb6bfa0ce65aae939f1813",
            "0x5aa5c02c8ae6ab803103884dd5857a3c07d013f9d63070a5d7c638a07bc35d8b"),
        Case("EIP-7702", SetCode,
            "0x04f901253809843b9aca0084b2d05e008307a120940000000071727de22e5e9d8baf0edac6f37da0328001c0f8b8f85a3894e6cae83bde06e4c305530e199d7217"
            + "f42808555b0301a033098498fbc7fe633a635dcc5075ed0f4e543787e86b69ea2bf3af7c01835d06a013da79041e7bc2ad9f335ffd827d56a7497fe3524f05b53f9f"
            + "607135ac27ee07f85a809400000000000000000000000000000000000000008001a070b437fd41dca9a17199da4c836d90395d10ec5f50ab848e50a71674973cebfd"
            + "a021a5806d6b458b14982e287adf385fd64bcfcac34abeb101cb672d40097aa43780a0af1a1b722b7b750dc6da5878a6d9528377927ffeb9e328b7a8a51247ba7bee"
            + "1ea05c3af376d58f6a137bcd1d9d03a92323a957b44276b051f0067813caf11a537e",
            "0xdfac956fba0cf245d3d4ffb28669cbac0a967d589d48df6a986017391fda84af"),
    ];

    public static LegacyTransaction Legacy => new()
    {
        ChainId = 56,
        Nonce = 0,
        GasPrice = 50_000_000,
        GasLimit = 21_000,
        To = EntryPoint,
        Value = 1,
    };

    public static LegacyTransaction LegacyCreation => new()
    {
        ChainId = 97,
        Nonce = 1,
        GasPrice = 100_000_000,
        GasLimit = 100_000,
        To = null,
        Data = Bytes.Parse("0x6001600055"),
    };

    public static AccessListTransaction WithAccessList => new()
    {
        ChainId = 56,
        Nonce = 5,
        GasPrice = 1_000_000_000,
        GasLimit = 123_456,
        To = EntryPoint,
        Value = 7,
        Data = Bytes.Parse("0xdeadbeef"),
        AccessList = AccessList,
    };

    public static FeeMarketTransaction FeeMarket => new()
    {
        ChainId = 56,
        Nonce = 130,
        MaxFeePerGas = 3_000_000_000,
        MaxPriorityFeePerGas = 50_000_000,
        GasLimit = 1_000_000,
        To = EntryPoint,
        Data = Bytes.Own([.. Enumerable.Repeat((byte)0xab, 60)]),
        AccessList = AccessList,
    };

    public static FeeMarketTransaction FeeMarketTransfer => new()
    {
        ChainId = 1337,
        Nonce = 0,
        MaxFeePerGas = 2,
        MaxPriorityFeePerGas = 0,
        GasLimit = 21_000,
        To = EntryPoint,
        Value = 1_000_000_000_000_000_000,
    };

    public static SetCodeTransaction SetCode => new()
    {
        ChainId = 56,
        Nonce = 9,
        MaxFeePerGas = 3_000_000_000,
        MaxPriorityFeePerGas = 1_000_000_000,
        GasLimit = 500_000,
        To = EntryPoint,
        Data = Bytes.Parse("0x01"),
        AuthorizationList =
        [
            new Authorization(
                56,
                Address.Parse("0xe6Cae83BdE06E4c305530e199D7217f42808555B"),
                3,
                1,
                UInt256.ParseHex("0x33098498fbc7fe633a635dcc5075ed0f4e543787e86b69ea2bf3af7c01835d06"),
                UInt256.ParseHex("0x13da79041e7bc2ad9f335ffd827d56a7497fe3524f05b53f9f607135ac27ee07")),
            new Authorization(
                0,
                Address.Zero,
                0,
                1,
                UInt256.ParseHex("0x70b437fd41dca9a17199da4c836d90395d10ec5f50ab848e50a71674973cebfd"),
                UInt256.ParseHex("0x21a5806d6b458b14982e287adf385fd64bcfcac34abeb101cb672d40097aa437")),
        ],
    };

    private static TestCaseData Case(string name, Transaction transaction, string raw, string hash) =>
        new TestCaseData(transaction, Bytes.Parse(raw), Hash32.Parse(hash)).SetArgDisplayNames(name);
}
