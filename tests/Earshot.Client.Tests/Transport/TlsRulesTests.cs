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
