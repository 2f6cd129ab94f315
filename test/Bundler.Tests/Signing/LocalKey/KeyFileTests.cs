using System.Runtime.Versioning;
using Bundler.Ethereum.Crypto;
using Bundler.Signing.LocalKey;
using Bundler.Testing;

namespace Bundler.Tests.Signing;

[UnsupportedOSPlatform("windows")]
public sealed class KeyFileTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private string _path = "";

    [SetUp]
    public void Begin() => _path = Path.Combine(Directory.CreateTempSubdirectory("bundler-keys-").FullName, "key");

    [TearDown]
    public void End() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [TestCase("{0}")]
    [TestCase("{0}\n")]
    [TestCase("\r\n  {0}  \r\n\r\n")]
    public void A_file_with_one_key_gives_it(string format)
    {
        Write(string.Format(null, format, DevAccounts.All[1].PrivateKey));

        Assert.That(Addresses(), Is.EqualTo(new[] { DevAccounts.All[1].Address }));
    }

    [Test]
    public void Several_keys_are_given_in_the_order_of_the_lines()
    {
        Write(string.Join('\n', DevAccounts.All.Take(3).Select(account => account.PrivateKey[2..])));

        Assert.That(Addresses(), Is.EqualTo(DevAccounts.All.Take(3).Select(account => account.Address)));
    }

    [TestCase(UnixFileMode.GroupRead)]
    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.OtherWrite)]
    public void A_file_that_is_open_to_others_is_refused(UnixFileMode mode)
    {
        Write(DevAccounts.All[1].PrivateKey, Private | mode);

        Assert.That(Read, Throws.TypeOf<KeyFileException>().With.Message.EqualTo($"the key file {_path} is open to others than its owner: run chmod 600 on it"));
    }

    [Test]
    public void A_missing_file_is_named() => Assert.That(Read, Throws.TypeOf<KeyFileException>().With.Message.Contains(_path));

    [Test]
    public void A_malformed_key_is_named_by_its_line_and_never_repeated()
    {
        Write(DevAccounts.All[1].PrivateKey + "\n0xnotakey");

        Assert.That(
            Read,
            Throws.TypeOf<KeyFileException>().With.Message.Contains("line 2").And.Message.Not.Contains("notakey").And.Message.Not.Contains(DevAccounts.All[1].PrivateKey));
    }

    [TestCase("")]
    [TestCase("\n \n")]
    public void An_empty_file_is_refused(string content)
    {
        Write(content);

        Assert.That(Read, Throws.TypeOf<KeyFileException>().With.Message.Contains("is empty"));
    }

    private void Write(string content, UnixFileMode mode = Private)
    {
        File.WriteAllText(_path, content);
        File.SetUnixFileMode(_path, mode);
    }

    private object Read() => KeyFile.Read(_path);

    private IReadOnlyList<object> Addresses()
    {
        IReadOnlyList<PrivateKey> keys = KeyFile.Read(_path);
        object[] addresses = [.. keys.Select(key => key.Address)];
        foreach (PrivateKey key in keys)
        {
            key.Dispose();
        }

        return addresses;
    }
}
