using System.Text;

namespace Earshot.Services.Endpoints;

/// <summary>Descriptions of errors, in a length that fits into every answer: a requester may determine the text of an exception.</summary>
internal static class ErrorText
{
    private const int MaxBytes = 1024;

    /// <summary>The message of an exception, also of one whose message cannot be read.</summary>
    public static string Of(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception)
        {
            return exception.GetType().FullName!;
        }
    }

    /// <summary>The beginning of a text: at most 1,024 bytes in UTF-8, in whole characters.</summary>
    public static string Cut(string text)
    {
        int bytes = 0, length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes)
            {
                return text[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return text;
    }
}
