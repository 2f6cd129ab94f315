using System.Diagnostics;
using System.Runtime.Versioning;
using Bundler.Testing;

namespace Bundler.ChainTests.Commands;

/// <summary>S4-16 with the program as its users run it: keystores are made, taken over and opened, and no password is an argument.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeystoreCommandTests
{
    private const string Password = TestSecrets.KeystorePassword;
    private const string Variable = "BUNDLER_KEYSTORE_PASSWORD";

    // The vector of the Web3 Secret Storage Definition.
    private const string Web3 = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private SecretFolder _folder = null!;

    [SetUp]
    public void Begin() => _folder = new SecretFolder();

    [TearDown]
    public void End() => _folder.Dispose();

    [Test]
    public async Task A_new_keystore_is_its_owners_alone_and_opens_with_its_password()
    {
        string file = _folder.PathOf("new");
        string password = _folder.Write("password", Password + "\n");

        string address = await RunAsync("create", file, "--password-file", password);

        Assert.That(address, Does.Match("^0x[0-9a-fA-F]{40}$"));
        Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(await File.ReadAllTextAsync(file), Does.Contain("argon2id").And.Not.Contain(Password));
        Assert.That(await RunAsync("address", file, "--password-file", password), Is.EqualTo(address));
        Assert.That(await RefusalAsync("create", file, "--password-file", password), Does.Contain("cannot be written"));
    }

    [Test]
    public async Task Keys_of_key_files_and_of_Web3_keystores_are_taken_over()
    {
        string password = _folder.Write("password", Password);
        string key = _folder.Write("key", DevAccounts.All[3].PrivateKey + "\n");
        string web3 = _folder.Write("web3", Web3);
        string web3Password = _folder.Write("web3-password", "testpassword");

        string ofKey = await RunAsync("import", _folder.PathOf("a"), "--from", key, "--password-file", password);
        string ofWeb3 = await RunAsync("import", _folder.PathOf("b"), "--from", web3, "--from-password-file", web3Password, "--password-file", password);

        Assert.That(ofKey, Is.EqualTo(DevAccounts.All[3].Address.ToString()));
        Assert.That(ofWeb3, Is.EqualTo("0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b"));
        Assert.That(await RunAsync("address", web3, "--password-file", web3Password), Is.EqualTo(ofWeb3));
        Assert.That(await RunAsync("address", _folder.PathOf("b"), "--password-file", password), Is.EqualTo(ofWeb3));
    }

    [Test]
    public async Task The_password_may_be_in_the_environment()
    {
        string file = _folder.PathOf("new");
        Dictionary<string, string> environment = new() { [Variable] = Password };

        (int made, string address) = await NodeProcess.RunAsync(["keystore", "create", file], environment);
        (int opened, string again) = await NodeProcess.RunAsync(["keystore", "address", file], environment);

        Assert.That((made, opened), Is.EqualTo((0, 0)), again);
        Assert.That(again, Is.EqualTo(address));
    }

    [Test]
    public async Task The_terminal_asks_twice_and_shows_nothing()
    {
        string file = _folder.PathOf("new");
        string shown = await TypeAsync($"keystore create {file}", ("New password", Password), ("The same again", Password));

        Assert.That(shown, Does.Contain("0x").And.Not.Contain(Password));
        Assert.That(await RunAsync("address", file, "--password-file", _folder.Write("password", Password)), Is.EqualTo(shown.Trim()[^42..]));
    }

    [TestCase("wrong password", "does not open with this password")]
    [TestCase("", "is empty")]
    public async Task A_password_that_does_not_open_it_is_refused(string password, string sentence)
    {
        string web3 = _folder.Write("web3", Web3);

        Assert.That(await RefusalAsync("address", web3, "--password-file", _folder.Write("password", password)), Does.Contain(sentence).And.Not.Contain("wrong"));
    }

    [Test]
    public async Task A_short_password_and_files_of_others_are_refused()
    {
        const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.OtherRead;
        string open = _folder.Write("open", Password, Everybody);
        string openKey = _folder.Write("key", DevAccounts.All[3].PrivateKey, Everybody);

        Assert.That(await RefusalAsync("create", _folder.PathOf("a"), "--password-file", _folder.Write("short", "1234567")), Does.Contain("at least 8 characters"));
        Assert.That(await RefusalAsync("create", _folder.PathOf("a"), "--password-file", open), Does.Contain("open to others than its owner"));
        Assert.That(await RefusalAsync("import", _folder.PathOf("a"), "--from", openKey, "--password-file", open), Does.Contain("open to others than its owner"));
        Assert.That(File.Exists(_folder.PathOf("a")), Is.False);
    }

    [Test]
    public async Task Without_a_password_or_with_one_among_the_arguments_it_says_what_to_do()
    {
        Assert.That(await RefusalAsync("create", _folder.PathOf("a")), Does.Contain("there is no password: give --password-file FILE or " + Variable));
        Assert.That(await RefusalAsync("create", _folder.PathOf("a"), Password), Does.Contain("no passwords among the arguments").And.Not.Contain(Password));
        Assert.That(await RefusalAsync("craete", _folder.PathOf("a")), Does.Contain("did you mean create?"));
        Assert.That(await RefusalAsync("create", _folder.PathOf("a"), "--pasword-file", "x"), Does.Contain("did you mean --password-file?"));
        Assert.That(await RunAsync("--help"), Does.Contain("keystore import FILE --from FILE"));
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        (int exitCode, string output) = await NodeProcess.RunAsync(["keystore", .. arguments]);
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }

    private static async Task<string> RefusalAsync(params string[] arguments)
    {
        (int exitCode, string output) = await NodeProcess.RunAsync(["keystore", .. arguments]);
        Assert.That(exitCode, Is.EqualTo(1), output);
        return output;
    }

    /// <summary>At a pseudo terminal of script(1): waits for each question, then types the answer.</summary>
    private static async Task<string> TypeAsync(string arguments, params (string Question, string Answer)[] dialogue)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Bundler.Node.dll");
        ProcessStartInfo start = new("script", ["-qec", $"dotnet {program} {arguments}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("script did not start");
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(60));
        string shown = "";
        char[] buffer = new char[1_024];
        foreach ((string question, string answer) in dialogue)
        {
            while (!shown.Contains(question, StringComparison.Ordinal))
            {
                int read = await process.StandardOutput.ReadAsync(buffer, deadline.Token);
                shown += read > 0 ? new string(buffer, 0, read) : throw new InvalidOperationException($"it ended before it asked {question}: {shown}");
            }

            await process.StandardInput.WriteAsync(answer + "\r");
            await process.StandardInput.FlushAsync(deadline.Token);
        }

        return shown + await process.StandardOutput.ReadToEndAsync(deadline.Token);
    }
}
