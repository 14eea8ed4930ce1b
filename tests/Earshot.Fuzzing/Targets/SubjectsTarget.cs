using System.Text;
using Earshot.Fuzzing.Engine;
using Earshot.Protocol;
using Earshot.Servers;

namespace Earshot.Fuzzing.Targets;

/// <summary>Subjects and patterns, separated by a line feed, and addresses of servers.</summary>
internal sealed class SubjectsTarget : IFuzzTarget
{
    public string Name => "subjects";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of("foo.*.bar\nfoo.a.bar", "foo.>\nfoo.a.b.c", "nats://user:pass@demo:4222\n[::1]:4222", "*\na");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(".", "*", ">", "\n", "..", "nats://", "tls://", "ws://", "[::1]", ":4222", "@", "%40", "127.0.0.1", ",", "xn--", "\u00c3\u00bc", "\u00ff");

    public void Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        (string pattern, string subject) = end < 0 ? (text, text) : (text[..end], text[(end + 1)..]);
        bool isPattern = SubjectRules.IsValidSubscribe(pattern), isSubject = SubjectRules.IsValidPublish(subject);
        Finding.Unless(!SubjectRules.IsValidPublish(pattern) || isPattern, "A subject to publish to cannot be subscribed to.");
        if (isPattern && isSubject)
        {
            Finding.Unless(SubjectRules.Matches(pattern, subject) == Matches(pattern.Split('.'), subject.Split('.')), "The pattern matches otherwise than token by token.");
        }

        if (ServerAddress.TryParseAdvertised(subject, "nats", out ServerAddress? address, out _))
        {
            Finding.Unless(address.Host.Length > 0 && address.Port is > 0 and < 65536, "An advertised address is not host and port.");
        }

        try
        {
            var parsed = ServerAddress.Parse(pattern);
            Finding.Unless(parsed.Url.UserInfo.Length == 0 && parsed.Port is > 0 and < 65536, "A URL shows its credentials.");
        }
        catch (ArgumentException)
        {
            // Documented.
        }
    }

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> subject) => pattern switch
    {
        [] => subject.IsEmpty,
        [">"] => !subject.IsEmpty,
        [var token, .. var rest] => !subject.IsEmpty && (token == "*" || token == subject[0]) && Matches(rest, subject[1..]),
    };
}
