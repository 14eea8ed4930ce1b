using System.Text;
using Earshot.Authentication;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

public sealed class CredsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-creds-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Creds_files_are_read_with_any_line_end_and_with_a_byte_order_mark(string newLine)
    {
        string text = Keys.Creds(Keys.Jwt, Keys.Seed(), newLine);
        using Credentials plain = await OfFileAsync(Encoding.UTF8.GetBytes(text));
        using Credentials marked = await OfFileAsync([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]);
        Assert.Equal(Keys.Jwt, plain.Jwt);
        Assert.Equal(plain.Signer!.PublicKey, marked.Signer!.PublicKey);
        Assert.Null(plain.NKey);
    }

    [Fact]
    public async Task Sections_may_be_in_either_order()
    {
        string text = Keys.Creds(Keys.Jwt, Keys.Seed());
        int seed = text.IndexOf("-----BEGIN USER NKEY", StringComparison.Ordinal);
        using Credentials swapped = await OfFileAsync(Encoding.UTF8.GetBytes(text[seed..] + text[..seed]));
        Assert.Equal(Keys.Jwt, swapped.Jwt);
    }

    [Fact]
    public async Task Creds_files_are_read_for_each_attempt()
    {
        string path = Path.Combine(_folder, "user.creds");
        var resolver = new CredentialsResolver(new NatsAuthOpts { CredsFile = path });
        await Assert.ThrowsAsync<NatsCredentialsException>(async () => await resolver.ResolveAsync(s_server, TestContext.Current.CancellationToken));
        await File.WriteAllTextAsync(path, Keys.Creds(Keys.Jwt, Keys.Seed(1)), TestContext.Current.CancellationToken);
        using Credentials first = await resolver.ResolveAsync(s_server, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, Keys.Creds(Keys.Jwt, Keys.Seed(2)), TestContext.Current.CancellationToken);
        using Credentials second = await resolver.ResolveAsync(s_server, TestContext.Current.CancellationToken);
        Assert.NotEqual(first.Signer!.PublicKey, second.Signer!.PublicKey);
    }

    public static TheoryData<string, string> Damaged() => new()
    {
        { "", "empty" },
        { Keys.Creds("", Keys.Seed()), "JWT" },
        { Keys.Creds(Keys.Jwt, ""), "seed" },
        { Keys.Creds(Keys.Seed(), Keys.Jwt), "JWT" },
        { Keys.Creds(Keys.Jwt, Keys.Seed() + "\n" + Keys.Seed(2)), "more than one" },
        { Keys.Creds(Keys.Jwt, Keys.Seed()) + Keys.Creds(Keys.Jwt, Keys.Seed()), "twice" },
        { Keys.Creds(Keys.Jwt, Keys.Seed()[..40]), "seed" },
        { Keys.Creds("secretcanary with blanks", Keys.Seed()), "JWT" },
        { "secretcanary", "JWT" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task Errors_of_damaged_creds_name_the_defect_and_not_the_content(string text, string reason)
    {
        NatsCredentialsException refused = await RefusedAsync(Encoding.UTF8.GetBytes(text));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secretcanary", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Keys.Seed()[..10], refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_in_UTF_16_too_large_or_no_files_at_all_are_refused()
    {
        string text = Keys.Creds(Keys.Jwt, Keys.Seed());
        Assert.Contains("UTF-8", (await RefusedAsync([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)])).Reason, StringComparison.Ordinal);
        Assert.Contains("64 KiB", (await RefusedAsync(new byte[70_000])).Reason, StringComparison.Ordinal);
        var folder = new CredentialsResolver(new NatsAuthOpts { CredsFile = _folder });
        NatsCredentialsException refused = await Assert.ThrowsAsync<NatsCredentialsException>(async () => await folder.ResolveAsync(s_server, TestContext.Current.CancellationToken));
        Assert.Contains("folder", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(_folder, refused.Path);
    }

    [Fact]
    public async Task Files_up_to_64_KiB_are_read()
    {
        byte[] text = Encoding.UTF8.GetBytes(Keys.Creds(Keys.Jwt, Keys.Seed()));
        using Credentials largest = await OfFileAsync([.. text, .. Enumerable.Repeat((byte)' ', 64 * 1024 - text.Length)]);
        Assert.Equal(Keys.Jwt, largest.Jwt);
    }

    [Theory]
    [InlineData("missing.creds", "there is no such file")]
    [InlineData("nowhere/missing.creds", "there is no such file")]
    [InlineData("a\0b", "it cannot be read (permissions?)")]
    public async Task Files_that_cannot_be_read_are_named_with_the_reason(string name, string reason)
    {
        string path = Path.Combine(_folder, name);
        var resolver = new CredentialsResolver(new NatsAuthOpts { NKeyFile = path });
        NatsCredentialsException refused = await Assert.ThrowsAsync<NatsCredentialsException>(async () => await resolver.ResolveAsync(s_server, TestContext.Current.CancellationToken));
        Assert.Equal((path, reason), (refused.Path, refused.Reason));
        Assert.NotNull(refused.InnerException);
        Assert.False(refused.IsOfCallback);
    }

    [Fact]
    public async Task Nkey_files_hold_one_seed_alone_or_decorated()
    {
        string path = Path.Combine(_folder, "user.nk");
        foreach (string text in (string[])[Keys.Seed(), $"\n  {Keys.Seed()}\r\n", Keys.Creds(Keys.Jwt, Keys.Seed())])
        {
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
            using Credentials credentials = await new CredentialsResolver(new NatsAuthOpts { NKeyFile = path }).ResolveAsync(s_server, TestContext.Current.CancellationToken);
            Assert.Equal(credentials.Signer!.PublicKey, credentials.NKey);
        }

        await File.WriteAllTextAsync(path, $"{Keys.Seed()}\n{Keys.Seed(2)}\n", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<NatsCredentialsException>(async () => await new CredentialsResolver(new NatsAuthOpts { NKeyFile = path }).ResolveAsync(s_server, TestContext.Current.CancellationToken));
    }

    private static readonly Uri s_server = new("nats://127.0.0.1:4222");

    private async Task<Credentials> OfFileAsync(byte[] content)
    {
        string path = Path.Combine(_folder, "user.creds");
        await File.WriteAllBytesAsync(path, content);
        return await new CredentialsResolver(new NatsAuthOpts { CredsFile = path }).ResolveAsync(s_server, TestContext.Current.CancellationToken);
    }

    private async Task<NatsCredentialsException> RefusedAsync(byte[] content) =>
        await Assert.ThrowsAsync<NatsCredentialsException>(() => OfFileAsync(content));
}
