using System.Data.Common;

namespace Bundler.Storage;

/// <summary>A statement with its values that goes to the database together with others.</summary>
internal interface ISqlCall
{
    string Sql { get; }

    IReadOnlyList<object?> Values { get; }
}

/// <summary>One of <see cref="ISqlCall"/> that finds rows.</summary>
internal interface ISqlQuery : ISqlCall
{
    /// <summary>Reads its rows.</summary>
    Task TakeAsync(DbDataReader reader, UnreadableRows unreadable, CancellationToken cancellationToken);
}

/// <summary>Writes.</summary>
internal sealed class SqlCall(string sql) : SqlValues<SqlCall>, ISqlCall
{
    private readonly List<object?> _values = [];

    public string Sql => sql;

    public IReadOnlyList<object?> Values => _values;

    public override SqlCall Bind(object? value)
    {
        _values.Add(value);
        return this;
    }
}

/// <summary>Reads; <see cref="Rows"/> are there once it has run.</summary>
internal sealed class SqlQuery<T>(string sql, Func<SqlRow, T> map) : SqlValues<SqlQuery<T>>, ISqlQuery
{
    private readonly List<object?> _values = [];

    public string Sql => sql;

    public IReadOnlyList<object?> Values => _values;

    /// <summary>Those that can be read.</summary>
    public IReadOnlyList<T> Rows { get; private set; } = [];

    public override SqlQuery<T> Bind(object? value)
    {
        _values.Add(value);
        return this;
    }

    public async Task TakeAsync(DbDataReader reader, UnreadableRows unreadable, CancellationToken cancellationToken) =>
        Rows = await SqlRows.ReadAllAsync(reader, sql, map, unreadable, cancellationToken);
}
