using System.Security.Cryptography.X509Certificates;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Tls;

/// <summary>The certificate that a discovered server must present: 36 rows.</summary>
[OnlyReal(Because.ItAsksNoServer)]
public sealed class CertificateNameTests : IDisposable
{
    private const string SeedName = "seed.earshot.test";
    private const string OtherName = "other.earshot.test";
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    public static TheoryData<bool, bool, string, string, bool> Rows()
    {
        var rows = new TheoryData<bool, bool, string, string, bool>();
        foreach (string way in (string[])["upgrade", "first", "wss"])
        {
            foreach ((bool seedIsName, bool otherIsName, string certificate, bool isAccepted) in ((bool, bool, string, bool)[])
            [
                (true, false, "name", true), (true, false, "address", true), (true, false, "wrong", false),
                (true, true, "name", true), (true, true, "address", false), (true, true, "wrong", false),
                (false, false, "name", false), (false, false, "address", true), (false, false, "wrong", false),
                (false, true, "name", true), (false, true, "address", false), (false, true, "wrong", false),
            ])
            {
                rows.Add(seedIsName, otherIsName, certificate, way, isAccepted);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Announced_servers_prove_the_right_name(bool seedIsName, bool otherIsName, string certificate, string way, bool isAccepted)
    {
        using X509Certificate2 ofSeed = _certificates.Issue([SeedName, "127.0.0.1"]);
        using X509Certificate2 ofOther = _certificates.Issue([certificate switch
        {
            "name" => otherIsName ? OtherName : SeedName,
            "address" => "127.0.0.1",
            _ => "wrong.earshot.test",
        }]);
        await using var other = new ScriptedListener(socket => ServeAsync(socket, way, ofOther, 0));
        string announced = $"{(otherIsName ? OtherName : "127.0.0.1")}:{other.Port}";
        await using var seed = new ScriptedListener(socket => ServeAsync(socket, way, ofSeed, 0, $",\"connect_urls\":[\"{announced}\"]"));
        var opts = new NatsOpts
        {
            Url = $"{(way == "wss" ? "wss" : "tls")}://{(seedIsName ? SeedName : "127.0.0.1")}:{seed.Port}",
            ReconnectWaitMin = TimeSpan.FromMilliseconds(10),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(50),
            TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile, Mode = way == "first" ? TlsMode.Implicit : TlsMode.Auto },
        };
        await using NatsConnection connection = LoopbackNames.Connect(opts);
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Single(connection.Events.ToList().OfType<NatsDiscoveredServersEvent>());
        Task<NatsConnectionEvent> outcome = connection.Events.WhenAsync<NatsConnectionEvent>(
            predicate: e => e is NatsReconnectedEvent || (e is NatsConnectAttemptFailedEvent failed && failed.Server.Url.Port == other.Port),
            cancellationToken: Connections.Cancelled);

        await seed.DisposeAsync();
        NatsConnectionEvent what = await outcome.WaitAsync(Connections.Limit, Connections.Cancelled);
        if (isAccepted)
        {
            Assert.IsType<NatsReconnectedEvent>(what);
        }
        else
        {
            NatsConnectAttemptFailedEvent why = Assert.IsType<NatsConnectAttemptFailedEvent>(what);
            Assert.Equal(NatsConnectPhase.Tls, why.Phase);
            Assert.Contains("is not for", why.Exception.Message, StringComparison.Ordinal);
        }
    }

    private static async Task ServeAsync(ScriptedSocket socket, string way, X509Certificate2 certificate, int port, string more = "")
    {
        string info = ScriptedSocket.Info(port, ",\"tls_required\":true" + more);
        if (way == "upgrade")
        {
            await socket.SendAsync(ScriptedSocket.Info(port, ",\"tls_required\":true"));
        }

        await socket.EncryptAsync(certificate);
        if (way == "wss")
        {
            await socket.UpgradeAsync();
        }

        if (way != "upgrade")
        {
            await socket.SendAsync(info);
        }

        await socket.ServeAsync(way == "upgrade" ? info : null);
    }
}
