// What third validation reads of a whole handleOps, and nothing that an operation can make large: the outer frames of the validations, and the
// UserOperationEvents. ES5, and keys as in erc7562.js: t type, f from, a to, v value, g gas, u gasUsed, i input, o output, e error, c calls;
// l logs: a address, t topics, d data.
(function () {
  var EVENT = '49628fd1471006c1482da88028e9ce4dbb080b815c9b0344d39e5a8e6ec1419f';
  var INNER = ['0x1d732756', '0x0042dc53'];
  var LOG4 = 0xa4, TOPICS = 4, DATA_LIMIT = 1024, INPUT_LIMIT = 68, OUTPUT_LIMIT = 8192;
  var ZEROS = '0000000000000000000000000000000000000000000000000000000000000000';
  var root = { c: [] };
  var logs = [];
  var depth = 0;          // of the frame that runs; the EntryPoint's own is 0
  var current = null;     // the call of the EntryPoint that is open, while it is recorded
  var inner = null;       // the one call of that call that is recorded
  var mark = 0;           // logs before the call of the EntryPoint that is open
  var executes = false;

  function word(value) {
    var text = value.toString(16);
    return text.length < 64 ? ZEROS.slice(text.length) + text : text;
  }

  function head(bytes, limit) {
    return bytes.length > limit ? toHex(slice(bytes, 0, limit)) : toHex(bytes);
  }

  function frame(call) {
    return { t: call.getType(), f: toHex(call.getFrom()), a: toHex(call.getTo()), g: call.getGas(), i: head(call.getInput(), INPUT_LIMIT) };
  }

  function failed(result) {
    var error = result.getError();
    return error === undefined || error === null || error === '' ? null : '' + error;
  }

  function close(child, result) {
    var output = result.getOutput(), error = failed(result);
    child.u = result.getGasUsed();
    if (error !== null) { child.e = error; }
    if (output !== undefined && output !== null && output.length > 0) { child.o = head(output, OUTPUT_LIMIT); }
  }

  return {
    step: function (log) {
      if (depth > 1 || log.op.toNumber() !== LOG4 || log.stack.length() < 2 + TOPICS || word(log.stack.peek(2)) !== EVENT) { return; }
      var offset = Number(log.stack.peek(0)), size = Number(log.stack.peek(1)), topics = [], i;
      if (size > DATA_LIMIT) { return; }
      for (i = 0; i < TOPICS; i++) { topics.push('0x' + word(log.stack.peek(2 + i))); }
      logs.push({ a: toHex(log.contract.getAddress()), t: topics, d: toHex(log.memory.slice(offset, offset + size)) });
    },

    enter: function (call) {
      depth++;
      if (depth === 1) {
        mark = logs.length;
        current = frame(call);
        if (executes || (INNER.indexOf(current.i.slice(0, 10)) >= 0 && current.a === current.f)) {
          // One frame tells where execution begins.
          if (!executes) { root.c.push(current); }
          executes = true;
          current = null;
          return;
        }
        root.c.push(current);
      } else if (depth === 2 && current !== null && current.c === undefined) {
        inner = frame(call);
        current.c = [inner];
      }
    },

    exit: function (result) {
      if (depth === 2 && inner !== null) {
        close(inner, result);
        inner = null;
      } else if (depth === 1) {
        if (failed(result) !== null) { logs.length = mark; }
        if (current !== null) { close(current, result); }
        current = null;
      }
      depth--;
    },

    fault: function () { },

    result: function (ctx) {
      root.t = ctx.type;
      root.f = toHex(ctx.from);
      root.a = toHex(ctx.to);
      root.g = ctx.gas;
      root.u = ctx.gasUsed;
      root.i = head(ctx.input, INPUT_LIMIT);
      root.o = ctx.output === undefined || ctx.output === null ? '0x' : head(ctx.output, OUTPUT_LIMIT);
      if (ctx.error !== undefined && ctx.error !== null && ctx.error !== '') { root.e = '' + ctx.error; }
      return { root: root, logs: logs };
    }
  };
})()
