using System.Text;
using System.Text.Encodings.Web;

namespace Earshot.Diagnostics;

/// <summary>
/// The secrets that one CONNECT carried, to keep them out of texts that come from outside: a server or something in between may repeat
/// what it was sent. Secrets of four bytes and more are hidden wherever they occur as whole words; shorter ones would hide
/// harmless words, so the whole text of an authentication error is replaced instead. Immutable.
/// </summary>
internal sealed class KnownSecrets
{
    private const int ShortestHidden = 4;
    private const int ShortestHiddenInNames = 8; // subjects are the application's own words, and a weak password may be one of them
    private const int ShortestJwt = 40;
    private const string JwtStart = "eyJ"; // what base64 makes of the first two characters of a JSON object

    private readonly string[] _hidden; // longest first, so that one inside another leaves nothing of it
    private readonly bool _hasShortSecret;
    private readonly bool _hasJwt; // known by its shape: keeping a kilobyte per connection for it would cost more than it gives

    private KnownSecrets(string[] hidden, bool hasShort, bool hasJwt) => (_hidden, _hasShortSecret, _hasJwt) = (hidden, hasShort, hasJwt);

    /// <summary>Null where there is nothing to hide.</summary>
    public static KnownSecrets? Of(bool hasJwt, params ReadOnlySpan<string?> secrets)
    {
        List<string> hidden = [];
        bool hasShort = false;
        foreach (string? secret in secrets)
        {
            if (string.IsNullOrEmpty(secret))
            {
                continue;
            }

            if (Encoding.UTF8.GetByteCount(secret) < ShortestHidden)
            {
                hasShort = true;
                continue;
            }

            hidden.Add(secret);
            string inJson = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret); // as CONNECT has it
            if (inJson != secret)
            {
                hidden.Add(inJson);
            }
        }

        return hidden.Count == 0 && !hasShort && !hasJwt ? null : new KnownSecrets([.. hidden.OrderByDescending(secret => secret.Length)], hasShort, hasJwt);
    }

    /// <summary>The error without secrets. Its code stays, and with it everything the client decides by.</summary>
    public NatsServerError Hide(NatsServerError error)
    {
        bool mayRepeatConnect = error.Code is NatsServerErrorCode.AuthorizationViolation or NatsServerErrorCode.UserAuthenticationExpired
            or NatsServerErrorCode.UserAuthenticationRevoked or NatsServerErrorCode.AccountAuthenticationExpired
            or NatsServerErrorCode.AuthenticationTimeout or NatsServerErrorCode.UnknownProtocolOperation or NatsServerErrorCode.Unknown;
        string text = _hasShortSecret && mayRepeatConnect ? $"{error.Code} ({Redact.Mark})" : Hide(error.Text);
        return error with
        {
            Text = text,
            Subject = error.Subject is null ? null : Hide(error.Subject, ShortestHiddenInNames),
            QueueGroup = error.QueueGroup is null ? null : Hide(error.QueueGroup, ShortestHiddenInNames),
        };
    }

    /// <summary>The text without secrets.</summary>
    public string Hide(string text) => Hide(text, ShortestHidden);

    /// <summary>The bytes of a text without secrets; bytes that are no text stay as they are where nothing is hidden.</summary>
    public byte[] Hide(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        string shown = Hide(text);
        return ReferenceEquals(shown, text) ? bytes.ToArray() : Encoding.UTF8.GetBytes(shown);
    }

    /// <summary>The same violation without secrets in its text and its excerpt.</summary>
    public NatsProtocolViolationException Hide(NatsProtocolViolationException violation)
    {
        string message = Hide(violation.Message);
        byte[] excerpt = Hide(violation.Excerpt);
        return ReferenceEquals(message, violation.Message) && excerpt.AsSpan().SequenceEqual(violation.Excerpt)
            ? violation
            : new NatsProtocolViolationException(message, excerpt);
    }

    /// <summary>INFO without secrets in what only names the server. Its addresses and the nonce are used, so they stay.</summary>
    public NatsServerInfo Hide(NatsServerInfo info) => info with
    {
        Id = Hide(info.Id, ShortestHiddenInNames),
        Name = Hide(info.Name, ShortestHiddenInNames),
        Version = Hide(info.Version, ShortestHiddenInNames),
        GitCommit = Hide(info.GitCommit, ShortestHiddenInNames),
        GoVersion = Hide(info.GoVersion, ShortestHiddenInNames),
        Cluster = HideName(info.Cluster),
        RemoteAccount = HideName(info.RemoteAccount),
        Domain = HideName(info.Domain),
        XKey = HideName(info.XKey),
    };

    /// <summary>The same failure without secrets: a transport may quote the other side, as a WebSocket does with what it was closed with.</summary>
    public Exception Hide(Exception failure)
    {
        if (failure is not IOException)
        {
            return failure;
        }

        string message = Hide(failure.Message);
        return ReferenceEquals(message, failure.Message) ? failure : new IOException(message);
    }

    private string? HideName(string? name) => name is null ? null : Hide(name, ShortestHiddenInNames);

    private string Hide(string text, int shortest)
    {
        foreach (string secret in _hidden)
        {
            if (secret.Length >= shortest)
            {
                text = HideWord(text, secret);
            }
        }

        return _hasJwt ? HideJwt(text) : text;
    }

    private static string HideWord(string text, string secret)
    {
        int at = 0;
        while ((at = text.IndexOf(secret, at, StringComparison.Ordinal)) >= 0)
        {
            int end = at + secret.Length;
            if (IsInWord(text, at) || IsInWord(text, end))
            {
                at++;
                continue;
            }

            text = string.Concat(text.AsSpan(0, at), Redact.Mark, text.AsSpan(end));
            at += Redact.Mark.Length;
        }

        return HideCut(text, secret);
    }

    // A text may end in the middle of the secret, because it was cut to a length.
    private static string HideCut(string text, string secret)
    {
        for (int length = Math.Min(secret.Length - 1, text.Length); length >= ShortestHiddenInNames; length--)
        {
            if (text.EndsWith(secret[..length], StringComparison.Ordinal) && !IsInWord(text, text.Length - length))
            {
                return string.Concat(text.AsSpan(0, text.Length - length), Redact.Mark);
            }
        }

        return text;
    }

    private static string HideJwt(string text)
    {
        int at = 0;
        while ((at = text.IndexOf(JwtStart, at, StringComparison.Ordinal)) >= 0)
        {
            int end = at;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' or '.'))
            {
                end++;
            }

            if (end - at < ShortestJwt && end < text.Length)
            {
                at = end;
                continue;
            }

            text = string.Concat(text.AsSpan(0, at), Redact.Mark, text.AsSpan(end));
            at += Redact.Mark.Length;
        }

        return text;
    }

    /// <summary>Whether this position is inside a word.</summary>
    private static bool IsInWord(string text, int place) =>
        place > 0 && place < text.Length && char.IsLetterOrDigit(text[place - 1]) && char.IsLetterOrDigit(text[place]);
}
