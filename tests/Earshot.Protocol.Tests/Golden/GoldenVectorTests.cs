using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace Earshot.Protocol.Tests.Golden;

/// <summary>
/// The bytes of a real nats-server 2.15.1 to our client, recorded on the wire, ids included. A test against a running server verifies
/// the recording; here the reader is tested with it.
/// </summary>
public sealed class GoldenVectorTests
{
    private static readonly byte[] s_serverSays = File.ReadAllBytes(Path.Combine(Folder(), "server-says.bin"));

    [Fact]
    public void Everything_a_real_server_sent_is_read_in_order()
    {
        string[] operations = OperationFeed.ReadServer(s_serverSays, [s_serverSays.Length]).Split('\n');
        string whole = string.Join('\n', operations);
        Assert.DoesNotContain(OperationFeed.Violation + "\n", whole + "\n", StringComparison.Ordinal);
        string[] beginnings =
        [
            "Info|{", "Pong", "Info|{", "MSG|golden.empty|1||", "MSG|golden.text|1|golden.reply|hÃ¤llo",
            "HMSG|golden.headers|1||NATS/1.0", "MSG|golden.binary|1||\0\r", "HMSG|_INBOX.", "Error|Permissions Violation for Publish to \"no.pub\"",
            "Error|Permissions Violation for Subscription to \"no.sub\"", "Pong",
        ];
        int position = 0;
        foreach (string beginning in beginnings)
        {
            int found = whole.IndexOf(beginning, position, StringComparison.Ordinal);
            Assert.True(found >= position, $"'{beginning}' is missing behind {position} in:\n{whole}");
            position = found + beginning.Length;
        }
    }

    [Fact]
    public void Cut_at_any_byte_it_reads_the_same()
    {
        string whole = OperationFeed.ReadServer(s_serverSays, [s_serverSays.Length]);
        Assert.Equal(whole, OperationFeed.ReadServer(s_serverSays, OperationFeed.OneByOne(s_serverSays)));
        for (int cut = 1; cut < s_serverSays.Length; cut++)
        {
            Assert.Equal(whole, OperationFeed.ReadServer(s_serverSays, [cut, s_serverSays.Length]));
        }
    }

    [Fact]
    public void Both_kinds_of_info_of_a_real_server_are_understood()
    {
        string[] infos = [.. Encoding.UTF8.GetString(s_serverSays).Split("\r\n").Where(line => line.StartsWith("INFO ", StringComparison.Ordinal))];
        Assert.True(infos.Length >= 2);
        foreach (string info in infos)
        {
            NatsServerInfo parsed = ServerInfoReader.Parse(Encoding.UTF8.GetBytes(info["INFO ".Length..]));
            Assert.Equal(("golden", "2.15.1", 1024 * 1024, true, true), (parsed.Name, parsed.Version, parsed.MaxPayload, parsed.HeadersSupported, parsed.AuthRequired));
        }
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
