using System.Globalization;

namespace Earshot.Hosting.Configuration;

/// <summary>Texts of configuration as values of options. A text that is none throws a <see cref="FormatException"/> that says what is expected.</summary>
internal static class OptionText
{
    public static bool Flag(string text) =>
        bool.TryParse(text, out bool value) ? value : throw Expected(text, "true or false");

    public static int Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : throw Expected(text, "a whole number");

    public static long LongNumber(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw Expected(text, "a whole number");

    /// <summary>A duration as hours, minutes and seconds. Less is refused: .NET reads a number alone as days, two as hours and minutes.</summary>
    public static TimeSpan Time(string text)
    {
        if (text.Equals("Infinite", StringComparison.OrdinalIgnoreCase))
        {
            return Timeout.InfiniteTimeSpan;
        }

        return text.AsSpan().Count(':') == 2 && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan value)
            ? value
            : throw Expected(text, "a duration as hh:mm:ss, such as 00:00:10 or 00:00:00.250, or Infinite");
    }

    public static TimeSpan? TimeOrNone(string text) => text.Length == 0 ? null : Time(text);

    public static T Name<T>(string text)
        where T : struct, Enum =>
        !char.IsAsciiDigit(text.FirstOrDefault()) && Enum.TryParse(text, ignoreCase: true, out T value)
            ? value
            : throw Expected(text, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    public static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? value) ? value : throw new FormatException("it must be an absolute URL"); // it may contain a password

    private static FormatException Expected(string text, string what) => new($"'{text}' is not {what}");
}
