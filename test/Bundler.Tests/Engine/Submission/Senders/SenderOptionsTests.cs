using System.Runtime.Versioning;
using Bundler.Engine.Submission;

namespace Bundler.Tests.Engine.Submission.Senders;

[UnsupportedOSPlatform("windows")]
public sealed class SenderOptionsTests
{
    private const string Key = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("bundler-relays-").FullName;

    [TearDown]
    public void DropFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_defaults_are_good() => Assert.That(Faults(new SenderOptions()), Is.Empty);

    [Test]
    public void A_relay_with_secrets_in_files_is_good()
    {
        RelayOptions relay = new() { Kind = "flashbots", UrlFile = Secret("url", "https://relay.example/secret"), SigningKeyFile = Secret("key", Key) };
        relay.HeaderFiles["Authorization"] = Secret("header", "Bearer 1234");

        Assert.That(Faults(With(relay, "private, public")), Is.Empty);
        RelayAccess access = RelayAccess.Read(relay);
        Assert.That(access.Url.AbsolutePath, Is.EqualTo("/secret"));
        Assert.That(access.Headers["authorization"], Is.EqualTo("Bearer 1234"));
        Assert.That(access.SigningKey!.Address.ToString(), Is.EqualTo("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"));
    }

    [TestCase("", "Order names no sender")]
    [TestCase("puplic", "Order has puplic, known are public, conditional, private")]
    public void An_order_names_what_there_is(string order, string expected) =>
        Assert.That(Faults(With(new RelayOptions { Kind = "48club", Url = "https://relay.example" }, order)), Does.Contain(expected));

    [TestCase("48clubs", "https://relay.example", "", "Relays:private:Kind is 48clubs, known are 48club, blockrazor, bloxroute, flashbots")]
    [TestCase("48club", "ftp://relay.example/token", "", "Relays:private:Url must be an http or https URL")]
    [TestCase("48club", "", "missing", "Relays:private:the URL file missing cannot be read")]
    public void A_relay_is_looked_at(string kind, string url, string urlFile, string expected) =>
        Assert.That(Faults(With(new RelayOptions { Kind = kind, Url = url, UrlFile = urlFile }, "private")), Has.Some.StartsWith(expected));

    [Test]
    public void A_file_that_others_may_read_is_refused_and_its_content_not_told()
    {
        string file = Secret("url", "not-a-url-but-a-secret");
        Assert.That(Faults(With(new RelayOptions { Kind = "48club", UrlFile = file }, "private")), Has.Some.EndsWith("has no http or https URL"));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        IReadOnlyList<string> faults = Faults(With(new RelayOptions { Kind = "48club", UrlFile = file }, "private"));

        Assert.That(faults, Has.Some.Contains("open to others"));
        Assert.That(faults, Has.None.Contains("secret"));
    }

    private static SenderOptions With(RelayOptions relay, string order)
    {
        SenderOptions options = new() { Order = order };
        options.Relays["private"] = relay;
        return options;
    }

    private static IReadOnlyList<string> Faults(SenderOptions options) =>
        new SenderOptionsValidator().Validate(null, options) is { Failed: true, Failures: { } failures } ? [.. failures] : [];

    private string Secret(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
