using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Transport;

public sealed class TlsRulesTests
{
    /// <summary>Scheme, option, flags of INFO, and whether TLS was used before: 96 rows, each with what may be sent next.</summary>
    public static TheoryData<string, string, bool, bool, bool, string> Rows()
    {
        var rows = new TheoryData<string, string, bool, bool, bool, string>();
        bool[] both = [false, true];
        foreach (string scheme in (string[])["nats", "tls"])
        {
            foreach (string option in (string[])["auto", "auto+ca", "prefer", "require", "implicit", "disable"])
            {
                foreach (bool required in both)
                {
                    foreach (bool available in both)
                    {
                        foreach (bool wasUsed in both)
                        {
                            rows.Add(scheme, option, required, available, wasUsed, Expected(scheme, option, required || available, required, wasUsed));
                        }
                    }
                }
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void What_follows_is_never_less_than_what_is_demanded(string scheme, string option, bool required, bool available, bool wasUsed, string expected)
    {
        NatsTlsOpts options = option switch
        {
            "auto" => new NatsTlsOpts(),
            "auto+ca" => new NatsTlsOpts { CaFile = "ca.pem" },
            _ => new NatsTlsOpts { Mode = Enum.Parse<TlsMode>(option, ignoreCase: true) },
        };
        TlsNeed need = TlsRules.NeedOf(options, scheme, wasUsed);
        string actual = need switch
        {
            TlsNeed.First => "tls",
            TlsNeed.Impossible => "nothing",
            _ => TlsRules.AfterInfo(need, required, available) switch { TlsStep.Plain => "plain", TlsStep.Upgrade => "tls", _ => "nothing" },
        };
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("wss", "auto", false, "First")]
    [InlineData("wss", "disable", false, "Impossible")]
    [InlineData("ws", "auto", false, "Never")]
    [InlineData("ws", "auto", true, "Impossible")]
    [InlineData("ws", "require", false, "Impossible")]
    [InlineData("ws", "prefer", false, "Never")]
    public void WebSocket_is_encrypted_first_or_never(string scheme, string mode, bool wasUsed, string expected) =>
        Assert.Equal(expected, TlsRules.NeedOf(new NatsTlsOpts { Mode = Enum.Parse<TlsMode>(mode, ignoreCase: true) }, scheme, wasUsed).ToString());

    [Fact]
    public void Each_option_that_only_makes_sense_with_TLS_demands_it_when_the_mode_leaves_it_open()
    {
        NatsTlsOpts[] demands =
        [
            new() { CertFile = "a" }, new() { KeyFile = "a" }, new() { CertBundleFile = "a" }, new() { CaFile = "a" }, new() { ServerName = "a" }, new() { InsecureSkipVerify = true },
            new() { ClientCertificateCallback = _ => default }, new() { RemoteCertificateValidationCallback = (_, _, _, _) => true }, new() { ConfigureClientAuthentication = _ => default },
        ];
        Assert.All(demands, options => Assert.Equal(TlsNeed.Upgrade, TlsRules.NeedOf(options, "nats", wasUsed: false)));
        Assert.All(demands, options => Assert.Equal(TlsNeed.Impossible, TlsRules.NeedOf(options, "ws", wasUsed: false)));
        Assert.All(demands, options => Assert.Equal(TlsNeed.IfOffered, TlsRules.NeedOf(options with { Mode = TlsMode.Prefer }, "nats", wasUsed: false)));
    }

    [Fact]
    public void Passwords_and_revocation_alone_demand_nothing() =>
        Assert.Equal(TlsNeed.IfOffered, TlsRules.NeedOf(new NatsTlsOpts { KeyFilePassword = "a", CertBundleFilePassword = "a", RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.Online }, "nats", wasUsed: false));

    [Theory]
    [InlineData("First")]
    [InlineData("Impossible")]
    public void What_an_INFO_offers_changes_nothing_where_none_is_awaited(string need) =>
        Assert.Equal(TlsStep.Refuse, TlsRules.AfterInfo(Enum.Parse<TlsNeed>(need), isRequired: true, isAvailable: true));

    [Theory]
    [InlineData("Impossible", "ws", "TLS is required, but a ws:// URL does not use TLS; use wss://.")]
    [InlineData("Impossible", "wss", "TlsMode.Disable contradicts the wss:// URL.")]
    [InlineData("Impossible", "tls", "TlsMode.Disable contradicts the tls:// URL.")]
    [InlineData("Never", "nats", "The server requires TLS, but TlsMode is Disable.")]
    [InlineData("Never", "ws", "The server requires TLS, but TlsMode is Disable.")]
    [InlineData("Upgrade", "nats", "TLS is required, but the server does not offer it. Nothing was sent.")]
    public void Refusals_say_which_setting_to_change(string need, string scheme, string text) => Assert.Equal(text, TlsRules.RefusalOf(Enum.Parse<TlsNeed>(need), scheme));

    [Fact]
    public void Options_that_contradict_each_other_are_refused_before_anything_connects()
    {
        const string OnlyOne = "NatsTlsOpts: set only one of CertFile, CertBundleFile and ClientCertificateCallback.", Together = "NatsTlsOpts.CertFile and KeyFile must be set together.";
        NatsTlsOpts files = new() { CertFile = "a", KeyFile = "b" }, bundle = new() { CertBundleFile = "c" }, callback = new() { ClientCertificateCallback = _ => default };
        Refused(files with { CertBundleFile = "c" }, OnlyOne);
        Refused(files with { ClientCertificateCallback = callback.ClientCertificateCallback }, OnlyOne);
        Refused(bundle with { ClientCertificateCallback = callback.ClientCertificateCallback }, OnlyOne);
        Refused(new() { CertFile = "a" }, Together);
        Refused(new() { KeyFile = "b" }, Together);
        Refused(new() { Mode = (TlsMode)99 }, "NatsTlsOpts.Mode is not a TlsMode.");
        Refused(new() { Mode = TlsMode.Disable }, "TlsMode.Disable contradicts the tls:// URL.");
        foreach (NatsTlsOpts options in (NatsTlsOpts[])[files, bundle, callback, new()])
        {
            TlsRules.Validate(options, ["nats", "tls", "wss"]);
        }

        TlsRules.Validate(new NatsTlsOpts { Mode = TlsMode.Disable }, ["nats", "ws"]);
        TlsRules.Validate(new NatsTlsOpts { Mode = TlsMode.Disable }, []);

        static void Refused(NatsTlsOpts options, string message) =>
            Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(() => TlsRules.Validate(options, ["nats", "tls"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_print_neither_paths_nor_passwords()
    {
        NatsTlsOpts all = new() { Mode = TlsMode.Require, CertFile = "hunter1", KeyFile = "hunter2", KeyFilePassword = "hunter3", CertBundleFile = "hunter4", CertBundleFilePassword = "hunter5", CaFile = "hunter6", InsecureSkipVerify = true };
        Assert.Equal("NatsTlsOpts { Mode = Require, InsecureSkipVerify = True, CertFile = ***, KeyFile = ***, KeyFilePassword = ***, CertBundleFile = ***, CertBundleFilePassword = ***, CaFile = *** }", all.ToString());
        Assert.Equal("NatsTlsOpts { Mode = Auto }", NatsTlsOpts.Default.ToString());
    }

    // Written as the documentation states it, not as the code decides: plain text only if neither options nor server request TLS.
    private static string Expected(string scheme, string option, bool isOffered, bool isRequired, bool wasUsed)
    {
        if (option == "disable")
        {
            return scheme == "tls" || wasUsed || isRequired ? "nothing" : "plain";
        }

        if (option == "implicit")
        {
            return "tls";
        }

        bool isDemanded = scheme == "tls" || wasUsed || option is "auto+ca" or "require";
        return isOffered ? "tls" : isDemanded ? "nothing" : "plain";
    }
}
