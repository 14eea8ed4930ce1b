using Xunit;

namespace Earshot.Client.Tests.Authentication;

public sealed class ContextTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-context-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Contexts_become_options()
    {
        Write("prod", """
            {"description":"x","url":"tls://a:1,tls://b:2","user":"ann","password":"c4n4ry","creds":"/c.creds","cert":"/c.pem","key":"/k.pem",
             "ca":"/ca.pem","tls_first":true,"inbox_prefix":"_PROD","socks_proxy":"socks5://p:9","nsc":"","jetstream_domain":"hub"}
            """);
        var opts = NatsOpts.FromContext("prod", _folder);
        Assert.Equal(("tls://a:1,tls://b:2", "_PROD", new Uri("socks5://p:9")), (opts.Url, opts.InboxPrefix, opts.ProxyUrl));
        Assert.Equal(new NatsAuthOpts { Username = "ann", Password = "c4n4ry", CredsFile = "/c.creds", IsFromContext = true }, opts.AuthOpts);
        Assert.Equal(new NatsTlsOpts { CertFile = "/c.pem", KeyFile = "/k.pem", CaFile = "/ca.pem", Mode = TlsMode.Implicit }, opts.TlsOpts);
        Assert.DoesNotContain("c4n4ry", $"{opts} {opts.AuthOpts} {opts.TlsOpts}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_selected_context_is_the_default_and_what_it_omits_stays_default()
    {
        File.WriteAllText(Path.Combine(_folder, "context.txt"), "dev\n");
        Write("dev", """{"token":"t","creds":"~/x.creds"}""");
        var opts = NatsOpts.FromContext(folder: _folder);
        Assert.Equal("t", opts.AuthOpts.Token);
        Assert.DoesNotContain('~', opts.AuthOpts.CredsFile!);
        Assert.Equal(NatsOpts.Default.Url, opts.Url);
    }

    [Theory]
    [InlineData("""{"token": c4n4ry}""", "not JSON")]
    [InlineData("""["c4n4ry"]""", "not a JSON object")]
    [InlineData("""{"token":["c4n4ry"]}""", "'token'")]
    [InlineData("""{"nsc":"nsc://c4n4ry"}""", "'nsc'")]
    public void Errors_of_damaged_contexts_name_the_defect_and_not_the_content(string json, string reason)
    {
        Write("bad", json);
        NatsCredentialsException refused = Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext("bad", _folder));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("c4n4ry", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("../outside")]
    [InlineData("")]
    [InlineData(null)]
    public void Contexts_that_are_not_there_are_refused(string? name) =>
        Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext(name, _folder));

    [Theory]
    [InlineData("token", "\"\\ud800\"", "'token' is not valid text")]
    [InlineData("url", "7", "'url' is not a string")]
    [InlineData("socks_proxy", "\"no url\"", "'socks_proxy' is not a URL")]
    public void Values_that_cannot_be_used_are_named_by_their_key(string key, string value, string reason)
    {
        Write("bad", $"{{\"{key}\":{value}}}");
        NatsCredentialsException refused = Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext("bad", _folder));
        Assert.Equal(reason, refused.Reason);
        Assert.Equal(Path.Combine(_folder, "context", "bad.json"), refused.Path);
    }

    [Theory]
    [InlineData("nsc")]
    [InlineData("windows_cert_store")]
    [InlineData("windows_cert_match")]
    [InlineData("windows_cert_match_by")]
    public void Values_that_this_client_cannot_use_are_refused_and_not_ignored(string key)
    {
        Write("other", $"{{\"{key}\":\"x\"}}");
        Assert.Equal($"'{key}' is not supported", Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext("other", _folder)).Reason);
    }

    [Fact]
    public void Keys_and_JWTs_become_options()
    {
        Write("keys", """{"nkey":"/k.nk","user_jwt":"a.b.c","user_seed":"SU"}""");
        Assert.Equal(new NatsAuthOpts { NKeyFile = "/k.nk", Jwt = "a.b.c", Seed = "SU", IsFromContext = true }, NatsOpts.FromContext("keys", _folder).AuthOpts);
    }

    [Fact]
    public void Values_that_are_null_or_empty_count_as_absent()
    {
        Write("empty", """{"url":null,"token":"","socks_proxy":null,"tls_first":false,"nsc":null}""");
        var opts = NatsOpts.FromContext("empty", _folder);
        Assert.Equal(NatsOpts.Default.Url, opts.Url);
        Assert.Equal((null, null, TlsMode.Auto), (opts.AuthOpts.Token, opts.ProxyUrl, opts.TlsOpts.Mode));
    }

    [Fact]
    public void Files_that_are_too_large_or_cannot_be_read_are_refused()
    {
        Write("large", "{}" + new string(' ', 64 * 1024 - 2));
        Assert.NotNull(NatsOpts.FromContext("large", _folder));
        Write("larger", "{}" + new string(' ', 64 * 1024 - 1));
        Assert.Equal("it is larger than 64 KiB", Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext("larger", _folder)).Reason);
        Directory.CreateDirectory(Path.Combine(_folder, "context", "folder.json"));
        Assert.Equal("it cannot be read", Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext("folder", _folder)).Reason);
        Assert.Equal("there is no such file", Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext("missing", _folder)).Reason);
        Assert.Equal("there is no such file", Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext("missing", Path.Combine(_folder, "nowhere"))).Reason);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("..")]
    public void Names_that_lead_elsewhere_are_refused(string name) =>
        Assert.Equal("the context name is not valid", Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext(name, _folder)).Reason);

    [Fact]
    public void The_folder_is_that_of_XDG_CONFIG_HOME_and_else_in_the_home_of_the_user()
    {
        const string Variable = "XDG_CONFIG_HOME";
        string? before = Environment.GetEnvironmentVariable(Variable);
        try
        {
            Environment.SetEnvironmentVariable(Variable, _folder);
            Assert.Equal(Path.Combine(_folder, "nats", "context", "no-such-context.json"), MissingPath());
            foreach (string? unset in (string?[])[null, ""])
            {
                Environment.SetEnvironmentVariable(Variable, unset);
                string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
                Assert.Equal(Path.Combine(home, ".config", "nats", "context", "no-such-context.json"), MissingPath());
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }

        static string MissingPath() => Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext("no-such-context")).Path;
    }

    private void Write(string name, string json)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "context"));
        File.WriteAllText(Path.Combine(_folder, "context", name + ".json"), json);
    }
}
