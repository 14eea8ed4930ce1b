using System.Security.Cryptography.X509Certificates;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Tls;

/// <summary>
/// The first byte that a client sends, over every mix of scheme, option, flags of INFO and earlier use of TLS that a connection can
/// get into. <c>TlsRulesTests</c> has all 96 rows of the decision; here are those that can occur on a socket: a connection
/// that may not use TLS has not used it before, and one that trusts the system's authorities only has not trusted those of a test.
/// </summary>
public sealed class DowngradeMatrixTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    public static TheoryData<string, string, bool> Rows()
    {
        var rows = new TheoryData<string, string, bool>();
        foreach (string scheme in (string[])["nats", "tls"])
        {
            foreach (string option in (string[])["auto", "auto+ca", "prefer", "require", "implicit", "disable"])
            {
                rows.Add(scheme, option, false);
                if (option is not ("auto" or "disable"))
                {
                    rows.Add(scheme, option, true);
                }
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Nothing_is_sent_in_clear_that_was_to_be_encrypted(string scheme, string option, bool wasUsed)
    {
        if ((scheme, option) == ("tls", "disable"))
        {
            Assert.Throws<ArgumentException>(() => new NatsConnection(new NatsOpts { Url = "tls://127.0.0.1:1", TlsOpts = Tls(option) }));
            return;
        }

        foreach ((bool required, bool available) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
        {
            bool isDemanded = scheme == "tls" || wasUsed || option is "auto+ca" or "require" or "implicit";
            bool isOffered = required || available;
            string expected = option switch
            {
                "implicit" => "TLS",
                "disable" => required ? "nothing" : "CONNECT",
                _ => isOffered ? "TLS" : isDemanded ? "nothing" : "CONNECT",
            };
            Assert.Equal($"{required} {available}: {expected}", $"{required} {available}: {await SaysFirstAsync(scheme, option, wasUsed, required, available)}");
        }
    }

    private async Task<string> SaysFirstAsync(string scheme, string option, bool wasUsed, bool required, bool available)
    {
        using X509Certificate2 certificate = _certificates.Issue(["127.0.0.1"]);
        var first = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedListener(async socket =>
        {
            if (wasUsed && socket.Number == 1)
            {
                await HonestAsync(socket, certificate, isFirst: option == "implicit");
                return;
            }

            if (option != "implicit")
            {
                await socket.SendAsync(ScriptedSocket.Info(1, $",\"tls_required\":{Json(required)},\"tls_available\":{Json(available)}"));
            }

            first.TrySetResult(await socket.FirstByteAsync());
        });
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = $"{scheme}://ann:c4n4ry@127.0.0.1:{server.Port}",
            RetryOnInitialConnect = true,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(1),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(5),
            TlsOpts = Tls(option),
        });
        Task connecting = connection.ConnectAsync(Connections.Cancelled).AsTask();
        int said = await first.Task.WaitAsync(Connections.Limit, Connections.Cancelled);
        await connection.DisposeAsync();
        await connecting.ContinueWith(static ended => ended.Exception, TaskScheduler.Default).WaitAsync(Connections.Limit, Connections.Cancelled);
        return said switch { -1 => "nothing", 0x16 => "TLS", 'C' => "CONNECT", _ => $"0x{said:x2}" };
    }

    private static async Task HonestAsync(ScriptedSocket socket, X509Certificate2 certificate, bool isFirst)
    {
        string info = ScriptedSocket.Info(1, ",\"tls_required\":true");
        if (!isFirst)
        {
            await socket.SendAsync(info);
        }

        await socket.EncryptAsync(certificate);
        if (isFirst)
        {
            await socket.SendAsync(info);
        }

        await socket.ServeAsync(untilPong: true);
    }

    private static string Json(bool value) => value ? "true" : "false";

    private NatsTlsOpts Tls(string option) => option switch
    {
        "auto" => NatsTlsOpts.Default,
        "auto+ca" => new NatsTlsOpts { CaFile = _certificates.CaFile },
        "disable" => new NatsTlsOpts { Mode = TlsMode.Disable },
        _ => new NatsTlsOpts { CaFile = _certificates.CaFile, Mode = Enum.Parse<TlsMode>(option, ignoreCase: true) },
    };
}
