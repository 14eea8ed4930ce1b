using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Earshot.LoadTest.Streams;

/// <summary>Makes and fills the stream of a run, and consumers for the raw client, on a bare socket: without code of the client.</summary>
internal static class StreamSetup
{
    private const int FillWindow = 4096;

    /// <summary>A stream with this number of messages; or a bucket with this number of entries of one key, more than a bucket usually keeps.</summary>
    public static Task MakeAsync(int port, int size, int messages, bool isBucket) => Task.Run(() =>
    {
        (string stream, string subject) = isBucket ? (StreamWorkload.BucketStream, StreamWorkload.KeySubject) : (StreamWorkload.Stream, StreamWorkload.Subject);
        string more = isBucket ? ",\"allow_direct\":true,\"allow_rollup_hdrs\":true,\"max_msgs_per_subject\":100000000" : "";
        using Socket socket = Wire.Connect(port);
        var replies = new ReplyReader(socket);
        Wire.SendAll(socket, Wire.Line("SUB _INBOX.setup 1"));
        Ask(socket, replies, $"$JS.API.STREAM.DELETE.{stream}", "", mayFail: true);
        Ask(socket, replies, $"$JS.API.STREAM.CREATE.{stream}",
            $$"""{"name":"{{stream}}","subjects":["{{subject}}"],"retention":"limits","storage":"memory","discard":"old","max_msgs":{{Math.Max(messages, 100_000)}},"num_replicas":1,"duplicate_window":1000000000{{more}}}""");
        byte[] frame = Wire.Frame($"PUB {subject} _INBOX.setup {size}", Encoding.ASCII.GetBytes(new string('x', size)));
        new AckWindow(socket, replies, frame, Math.Min(FillWindow, Math.Max(1, messages))).Run(messages);
    });

    /// <summary>An empty bucket of objects, in memory.</summary>
    public static Task MakeBucketAsync(int port) => Task.Run(() =>
    {
        using Socket socket = Wire.Connect(port);
        var replies = new ReplyReader(socket);
        Wire.SendAll(socket, Wire.Line("SUB _INBOX.setup 1"));
        const string Name = $"OBJ_{StreamWorkload.Bucket}";
        Ask(socket, replies, $"$JS.API.STREAM.DELETE.{Name}", "", mayFail: true);
        Ask(socket, replies, $"$JS.API.STREAM.CREATE.{Name}",
            $$"""{"name":"{{Name}}","subjects":["$O.{{StreamWorkload.Bucket}}.C.>","$O.{{StreamWorkload.Bucket}}.M.>"],"retention":"limits","storage":"memory","discard":"new","num_replicas":1,"allow_rollup_hdrs":true,"allow_direct":true}""");
    });

    /// <summary>Makes a pull consumer that delivers the whole stream.</summary>
    public static void MakeConsumer(Socket socket, ReplyReader replies, string name) => Ask(
        socket, replies, $"$JS.API.CONSUMER.CREATE.{StreamWorkload.Stream}.{name}",
        $$$"""{"stream_name":"{{{StreamWorkload.Stream}}}","config":{"name":"{{{name}}}","deliver_policy":"all","ack_policy":"explicit","replay_policy":"instant","max_ack_pending":-1,"inactive_threshold":60000000000,"mem_storage":true}}""");

    /// <summary>Makes the consumer of a watch: ordered, without acknowledgements.</summary>
    public static void MakeWatch(Socket socket, ReplyReader replies, string name) => Ask(
        socket, replies, $"$JS.API.CONSUMER.CREATE.{StreamWorkload.BucketStream}.{name}",
        $$$"""{"stream_name":"{{{StreamWorkload.BucketStream}}}","config":{"name":"{{{name}}}","deliver_policy":"all","ack_policy":"none","max_deliver":1,"num_replicas":1,"replay_policy":"instant","inactive_threshold":60000000000,"mem_storage":true}}""");

    /// <summary>Calls the API and waits for its response.</summary>
    public static void Ask(Socket socket, ReplyReader replies, string subject, string body, bool mayFail = false)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(body);
        Wire.SendAll(socket, Wire.Frame(string.Create(CultureInfo.InvariantCulture, $"PUB {subject} _INBOX.setup {bytes.Length}"), bytes));
        string answer = "";
        replies.Read(1, (_, payload) => answer = Encoding.UTF8.GetString(payload));
        if (!mayFail && answer.Contains("\"error\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{subject}: {answer}");
        }
    }
}
