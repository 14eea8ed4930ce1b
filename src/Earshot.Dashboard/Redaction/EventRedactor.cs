using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Earshot.Dashboard.Redaction;

/// <summary>
/// Makes the copy of an event that the dashboard keeps and shows. It changes the values of the exported event, so every text that the event
/// derives from them is changed as well. One object for each connection; calls come one after another, <see cref="Text"/> from any thread.
/// </summary>
internal sealed partial class EventRedactor(NatsDashboardOptions options)
{
    private const int LongestText = 4_000;
    private const int LongestUnchanged = 8_000;
    private const int MostHidden = 64;
    private const string NoMessage = "(message not shown)";

    private static readonly HashSet<string> s_subjects = new(StringComparer.OrdinalIgnoreCase) { "subject", "replyTo", "deliverSubject", "filterSubject" };

    // Messages of exceptions that are not shown: another text, such as the last error of a server, may repeat them.
    private volatile string[] _hidden = [];
    private string[] _hiddenAsJson = [];

    /// <summary>Returns the copy; null where none can be made, because what is not understood is not shown.</summary>
    internal NatsConnectionEvent? Redact(NatsConnectionEvent e)
    {
        try
        {
            using var written = new MemoryStream();
            // The streams are in memory, so writing and reading complete synchronously.
            NatsJournalExport.WriteAsync([e], written).GetAwaiter().GetResult();
            string json = Encoding.UTF8.GetString(written.GetBuffer(), 0, (int)written.Length);
            if (IsShownAsItIs(json))
            {
                return e;
            }

            JsonNode root = JsonNode.Parse(json)!;
            FindHidden(root);
            var words = new List<ChangedWord>();
            Change(root.AsObject(), FindSubjects(root), words);
            return Read(root) ?? ReadWithout(words, root);
        }
        catch (Exception)
        {
            // The members of an event may be objects of the application.
            return null;
        }
    }

    /// <summary>Returns a text of a server or of an error as it may be shown.</summary>
    internal string Text(string text) => Cut(Change(text));

    /// <summary>Returns a text without addresses that are not shown, such as a URL.</summary>
    internal string Address(string text) => AddressText.Apply(SecretText.Apply(text), options.Addresses);

    [GeneratedRegex("\"[^\"]{1,500}\"|'[^']{1,500}'")]
    private static partial Regex Quoted { get; }

    [GeneratedRegex("\"type\":\"(?<name>[^\"]*)\",\"message\":")]
    private static partial Regex ExceptionType { get; }

    // Most events have nothing to change, and finding that out in their text is several times faster than a copy.
    private bool IsShownAsItIs(string json) =>
        options is { Subjects: NatsDashboardSubjects.Keep, Addresses: NatsDashboardAddresses.Keep }
        && json.Length <= LongestUnchanged
        && !SecretText.IsIn(json)
        && !_hiddenAsJson.Any(hidden => json.Contains(hidden, StringComparison.Ordinal))
        && (options.ShowExceptionMessages || ExceptionType.Matches(json).All(match => ExceptionNames.HasOwnText(match.Groups["name"].Value)));

    private void FindHidden(JsonNode? node)
    {
        if (options.ShowExceptionMessages)
        {
            return;
        }

        foreach (JsonObject exception in Objects(node).Where(IsException))
        {
            string message = exception["message"]!.GetValue<string>();
            if (!ExceptionNames.HasOwnText(exception["type"]!.GetValue<string>()) && message.Length > 0 && !_hidden.Contains(message))
            {
                _hidden = [.. _hidden.TakeLast(MostHidden - 1), message];
                _hiddenAsJson = [.. _hidden.Select(hidden => JsonEncodedText.Encode(hidden).ToString())];
            }
        }
    }

    // The subjects of the event as its texts may have them, the longest first: an address in one may have been changed.
    private HiddenWord[] FindSubjects(JsonNode root)
    {
        if (options.Subjects == NatsDashboardSubjects.Keep)
        {
            return [];
        }

        IEnumerable<string> subjects =
            from part in Objects(root)
            from member in part
            where s_subjects.Contains(member.Key) && member.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length > 0
            select member.Value!.GetValue<string>();
        return
        [
            .. from subject in subjects.Distinct()
               from shown in new[] { subject, Address(subject) }.Distinct()
               orderby shown.Length descending
               select new HiddenWord(shown, SubjectText.Apply(subject, options.Subjects)),
        ];
    }

    private static NatsConnectionEvent? Read(JsonNode root)
    {
        try
        {
            using var changed = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(root, RedactionJson.Default.JsonNode));
            return NatsJournalExport.ReadAsync(changed).ToBlockingEnumerable().FirstOrDefault();
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    // A subject or the message of an exception may be a word such as "Drop" that is also the value of an enumeration, or be in a time. Text is read whatever it is, so what
    // cannot be read with the change is no text and becomes what it was.
    private static NatsConnectionEvent? ReadWithout(List<ChangedWord> words, JsonNode root)
    {
        foreach (ChangedWord word in words)
        {
            word.Set(word.Before);
        }

        foreach (ChangedWord word in words)
        {
            word.Set(word.After);
            if (Read(root) is null)
            {
                word.Set(word.Before);
            }
        }

        return Read(root);
    }

    private void Change(JsonObject node, HiddenWord[] subjects, List<ChangedWord> words)
    {
        if (IsException(node))
        {
            string type = node["type"]!.GetValue<string>();
            bool isShown = options.ShowExceptionMessages || ExceptionNames.HasOwnText(type);
            node["message"] = isShown ? Cut(WithoutWords(Change(node["message"]!.GetValue<string>()), subjects)) : ExceptionNames.Short(type);
            return;
        }

        foreach ((string name, JsonNode? value) in node.ToArray())
        {
            if (SecretText.IsSecret(name))
            {
                node.Remove(name);
            }
            else if (value is not null)
            {
                Replace(value, name, subjects, words, changed => node[name] = changed);
            }
        }
    }

    private void Replace(JsonNode value, string name, HiddenWord[] subjects, List<ChangedWord> words, Action<string> replace)
    {
        switch (value)
        {
            case JsonObject part:
                Change(part, subjects, words);
                break;
            case JsonArray items:
                for (int i = 0; i < items.Count; i++)
                {
                    if (items[i] is { } item)
                    {
                        int at = i;
                        Replace(item, name, subjects, words, changed => items[at] = changed);
                    }
                }

                break;
            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                string before = text.GetValue<string>();
                string shown = WithoutMessages(before), plain = Clean(shown), clean = Cut(shown == before ? plain : Clean(before));
                string after = Cut(s_subjects.Contains(name) ? SubjectText.Apply(before, options.Subjects) : IsPlace(before) ? plain : WithoutWords(plain, subjects));
                if (after != before)
                {
                    replace(after);
                }

                if (after != clean && !s_subjects.Contains(name))
                {
                    words.Add(new ChangedWord(clean, after, replace));
                }

                break;
        }
    }

    private string Change(string text) => Clean(WithoutMessages(text));

    private string WithoutMessages(string text)
    {
        foreach (string hidden in _hidden)
        {
            text = hidden.All(IsOfWord) ? WithoutWords(text, [new HiddenWord(hidden, NoMessage)]) : text.Replace(hidden, NoMessage, StringComparison.Ordinal);
        }

        return text;
    }

    private string Clean(string text)
    {
        if (options.Subjects != NatsDashboardSubjects.Keep)
        {
            // A server quotes the subject that it rejects.
            text = Quoted.Replace(text, match => $"{match.Value[0]}{SubjectText.Apply(match.Value[1..^1], options.Subjects)}{match.Value[0]}");
        }

        return Address(text);
    }

    // After everything else: half of a secret has not the form of one.
    private static string Cut(string text) =>
        text.Length <= LongestText ? text : text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)];

    private static string WithoutWords(string text, HiddenWord[] words)
    {
        if (!words.Any(word => text.Contains(word.Shown, StringComparison.Ordinal)))
        {
            return text;
        }

        var changed = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length;)
        {
            int at = i;
            HiddenWord? found = Array.Find(words, word => IsWordAt(text, at, word.Shown));
            changed.Append(found?.By ?? text[i..(i + 1)]);
            i += found?.Shown.Length ?? 1;
        }

        return changed.ToString();
    }

    // Between other characters than those of a word; a dot is no part of one, so "orders" is found in "orders.new".
    private static bool IsWordAt(string text, int index, string word) =>
        text.AsSpan(index).StartsWith(word, StringComparison.Ordinal)
        && (index == 0 || !IsOfWord(text[index - 1]))
        && (index + word.Length == text.Length || !IsOfWord(text[index + word.Length]));

    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '-';

    // The URL or the address of a server, which has no subject.
    private static bool IsPlace(string text) =>
        (text.Contains(':') && IPEndPoint.TryParse(text, out _)) || (text.Contains("://", StringComparison.Ordinal) && !text.Contains(' ') && Uri.TryCreate(text, UriKind.Absolute, out _));

    private static bool IsException(JsonObject node) => node.Count == 2 && node["type"] is JsonValue && node["message"] is JsonValue;

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject part => part.SelectMany(member => Objects(member.Value)).Prepend(part),
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };

    private sealed record HiddenWord(string Shown, string By);

    private sealed record ChangedWord(string Before, string After, Action<string> Set);
}
