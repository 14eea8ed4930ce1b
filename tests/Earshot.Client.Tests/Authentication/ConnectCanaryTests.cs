using System.Reflection;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

/// <summary>
/// Sets a unique text in every string option, and checks which of them CONNECT contains. A new string option is included
/// automatically: it is found by reflection and must not be on the wire.
/// </summary>
public sealed class ConnectCanaryTests
{
    private static readonly string[] s_sent = ["Name", "Username", "Password", "Token", "Jwt"];

    [Theory]
    [InlineData("texts")]
    [InlineData("creds")]
    public async Task CONNECT_contains_its_texts_and_no_other(string way)
    {
        Dictionary<string, string> marks = [];
        NatsAuthOpts auth = Marked(new NatsAuthOpts(), marks, name => name switch
        {
            "Jwt" => way == "texts" ? $"{marks[name]}.{marks[name]}.{marks[name]}" : null,
            "Seed" => way == "texts" ? Keys.Seed() : null,
            "Creds" => way == "creds" ? Keys.Creds($"{marks["Jwt"]}.b.c", Keys.Seed()) : null,
            "NKey" or "CredsFile" or "NKeyFile" => null,
            _ => marks[name],
        });
        NatsTlsOpts tls = Marked(new NatsTlsOpts(), marks, name => name == "CertBundleFile" ? null : marks[name]) with { Mode = TlsMode.Disable };
        await using var rig = new ConnectionRig(opts => Marked(opts, marks, name => name == "Url" ? $"nats://{marks[name]}:{marks[name]}@10.0.0.1:4222" : marks[name]) with
        {
            AuthOpts = auth,
            TlsOpts = tls,
            WebSocketOpts = new NatsWebSocketOpts { RequestHeaders = new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["X"] = "mark-RequestHeaders" } },
        });
        marks["RequestHeaders"] = "mark-RequestHeaders";
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync(more: "\"nonce\":\"n0nce\"");
        string connect = (await peer.FinishHandshakeAsync(rig.Token)).Line;
        await connecting;

        Assert.True(marks.Count > 15);
        Assert.Equal(s_sent.Order(), marks.Where(mark => connect.Contains(mark.Value, StringComparison.Ordinal)).Select(mark => mark.Key).Order());
        Assert.DoesNotContain(Keys.Seed(), connect, StringComparison.Ordinal);
        Assert.Contains("\"sig\":\"", connect, StringComparison.Ordinal);
    }

    // Sets every text of a copy to what is given for it; the marks are letters, so that each is valid wherever a text is.
    private static T Marked<T>(T options, Dictionary<string, string> marks, Func<string, string?> value)
        where T : class
    {
        var copy = (T)typeof(T).GetMethod("<Clone>$")!.Invoke(options, null)!;
        foreach (PropertyInfo text in typeof(T).GetProperties().Where(property => property.PropertyType == typeof(string) && property.CanWrite))
        {
            marks[text.Name] = "mark-" + text.Name;
            if (value(text.Name) is { } set)
            {
                text.SetValue(copy, set);
            }
        }

        return copy;
    }
}
