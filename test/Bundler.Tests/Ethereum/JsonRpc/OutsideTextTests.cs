using Bundler.Ethereum.JsonRpc;

namespace Bundler.Tests.Ethereum.JsonRpc;

public sealed class OutsideTextTests
{
    [TestCase("execution reverted: AA23", "execution reverted: AA23")]
    [TestCase("a\u001b[31mred\u001b[0m", "a\\u001b[31mred\\u001b[0m")]
    [TestCase("one\ntwo\r", "one\\u000atwo\\u000d")]
    [TestCase("\u009b2J", "\\u009b2J")]
    [TestCase("turn\u202eed", "turn\\u202eed")]
    public void What_a_terminal_would_obey_becomes_visible(string text, string clean) => Assert.That(OutsideText.Clean(text), Is.EqualTo(clean));

    [Test]
    public void Its_length_has_a_bound() =>
        Assert.That(OutsideText.Clean(new string('x', 1_000_000)), Has.Length.EqualTo(OutsideText.MaxLength + 1));

    [TestCase("no access for user:hunter22 at /v3/0123456789abcdef?key=s3cr3tkey", "no access for [redacted]:[redacted] at /v3/[redacted]?key=[redacted]")]
    [TestCase("bad header Bearer topsecret1", "bad header [redacted]")]
    [TestCase("no secret here", "no secret here")]
    [TestCase("Authorization: Basic dXNlcjpodW50ZXIyMg==", "Authorization: Basic [redacted]")]
    [TestCase("see https://user:hunter22@node.example/v3/0123456789abcdef?key=s3cr3tkey&short=abcd", "see https://[redacted]:[redacted]@node.example/v3/[redacted]?key=[redacted]&short=[redacted]")]
    public void What_is_secret_about_a_URL_and_its_headers_is_taken_out(string text, string redacted) =>
        Assert.That(
            new UrlSecrets(
                new Uri("https://user:hunter22@node.example/v3/0123456789abcdef?key=s3cr3tkey&short=abcd"),
                new Dictionary<string, string> { ["Authorization"] = "Bearer topsecret1" }).Redact(text),
            Is.EqualTo(redacted));
}
